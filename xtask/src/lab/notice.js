// An extension of JupyterLab that tells about the Rust kernel: how far its build is, and, beside the mark of a
// chapter's kernel that is not there yet, what the cells wait for. When it is built, the open chapters connect.
const here = document.currentScript.src;
// What lab.py and the build tell; where the server is gone, JupyterLab says so itself.
async function read(name, otherwise) {
    try {
        const answer = await fetch(`${new URL(name, here)}?${Date.now()}`, { cache: "no-store" });
        return answer.ok ? await answer.json() : otherwise;
    } catch {
        return otherwise;
    }
}
const minutes = seconds => `${Math.max(1, Math.ceil(seconds / 60))} min`;

function draw(state, waiting) {
    const notice = document.getElementById("lossbook-notice") ?? create();
    notice.classList.toggle("lossbook-failed", state.state === "failed");
    const show = (part, text) => {
        const element = notice.querySelector(part);
        element.hidden = !text;
        // A screen reader reads what changes: no more than that.
        if (element.textContent !== text) element.textContent = text;
    };
    const bar = notice.querySelector("progress");
    bar.hidden = state.state !== "building";
    if (state.state === "building") {
        bar.value = state.all ?? 0;
        show("b", "The Rust kernel is being built" + (state.left ? `: about ${minutes(state.left)} left` : ""));
        show(".lossbook-doing", `${Math.round(state.seconds)} s: ${state.text}`);
        show(".lossbook-hint", "You can read now: scroll, look at tables and charts, open other chapters, edit. "
            + "Cells that you run wait for the kernel and run by themselves.");
    } else if (state.state === "failed") {
        show("b", "The Rust kernel could not be built");
        show(".lossbook-doing", state.text);
        show(".lossbook-hint", "The chapters can be read all the same; cells wait. When it is mended, end `cargo lab` "
            + "in its terminal by Ctrl-C and run it again: it carries on where it stopped.");
    } else {
        show("b", waiting ? "The Rust kernel is built and starts" : "The Rust kernel is ready");
        show(".lossbook-doing", "");
        show(".lossbook-hint", waiting ? "This chapter connects by itself." : "Run a cell: click it, then Shift+Enter.");
    }
}

function create() {
    const notice = document.createElement("div");
    notice.id = "lossbook-notice";
    notice.setAttribute("role", "status");
    notice.innerHTML = '<b></b><button title="Fold or unfold" aria-label="Fold or unfold">–</button>'
        + '<progress max="1"></progress><p class="lossbook-doing"></p><p class="lossbook-hint"></p>';
    notice.querySelector("button").onclick = () => notice.classList.toggle("lossbook-folded");
    document.body.append(notice);
    return notice;
}

// The kernels of the notebooks that are open.
const kernels = app => [...app.shell.widgets("main")]
    .map(widget => widget.sessionContext?.session?.kernel)
    .filter(kernel => kernel && !kernel.isDisposed);

const pause = seconds => new Promise(done => setTimeout(done, 1000 * seconds));

async function follow(app) {
    const words = text => document.body.style.setProperty("--lossbook-kernel", JSON.stringify(text));
    let state = await read("build.json", { state: "ready" });
    const wasBuilt = state.state === "ready";
    while (state.state !== "ready") {
        words(state.state === "failed" ? "There is no kernel yet. Cells wait." : "Kernel is being built. Cells wait for it.");
        draw(state);
        await pause(1);
        state = await read("build.json", state);
    }
    words(`Kernel gets ready, usually in ${await read("usual.json", "20 s")}. Cells wait for it.`);
    if (wasBuilt) return;
    // A browser gives a connection that is not answered up after some minutes, and JupyterLab tries again ever
    // later, then no more.
    const waiting = kernels(app).filter(kernel => kernel.connectionStatus !== "connected");
    waiting.forEach(kernel => kernel.reconnect().catch(() => {}));
    while (waiting.some(kernel => !kernel.isDisposed && kernel.connectionStatus !== "connected")) {
        draw(state, true);
        await pause(0.5);
    }
    draw(state, false);
    await pause(20);
    document.getElementById("lossbook-notice").remove();
}

// JupyterLab drops a cell that is run before the notebook has a kernel at all, in the first second or two: it is
// run when there is one, be it not built yet.
function holdBack(app) {
    const { commands } = app;
    const execute = commands.execute.bind(commands);
    commands.execute = async (id, args) => {
        const session = /run/.test(id) && app.shell.currentWidget?.sessionContext;
        while (session && !session.isDisposed && !session.isReady && !session.session?.kernel) await pause(0.1);
        return execute(id, args);
    };
}

const style = document.createElement("link");
style.rel = "stylesheet";
style.href = new URL("notice.css", here);

const plugin = {
    id: "lossbook:notice",
    autoStart: true,
    activate: app => {
        document.head.append(style);
        holdBack(app);
        app.restored.then(() => follow(app));
    },
};

window._JUPYTERLAB ??= {};
window._JUPYTERLAB.lossbook = { init: () => {}, get: async () => () => plugin };

// An extension of JupyterLab: beside the mark of a kernel that is not there yet, it shows that the
// kernel gets ready and how long that usually takes. The words are in getting_ready.css, by lab.py.
const style = document.createElement("link");
style.rel = "stylesheet";
style.href = new URL("getting_ready.css", document.currentScript.src);

const plugin = { id: "lossbook:getting-ready", autoStart: true, activate: () => document.head.append(style) };

window._JUPYTERLAB ??= {};
window._JUPYTERLAB.lossbook = { init: () => {}, get: async () => () => plugin };

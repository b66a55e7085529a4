//! `cargo notebooks` against the real kernel: what is right passes, and each mistake is caught.
//!
//! Run by `cargo test -p xtask --test kernel -- --ignored`, after `cargo lab` has set up Jupyter.

mod support;

use std::process::Command;

use serde_json::{Value, json};
use support::Course;

const NEEDS: &str =
    "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored";

/// The answers of one new kernel to requests; see support/ask.py. The first is a chapter's setup cell.
fn ask(requests: &[(&str, &str)]) -> Vec<Value> {
    ask_with(requests, |_| ())
}

fn ask_with(requests: &[(&str, &str)], change: impl FnOnce(&mut Command)) -> Vec<Value> {
    let checkout = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let setup = format!(":dep lossbook = {{ path = \"{checkout}\" }}\nuse lossbook::prelude::*;");
    let setup = [("execute", setup.as_str())];
    let requests: Vec<_> = setup.iter().chain(requests).collect();
    let mut python = Command::new(env!("CARGO_BIN_EXE_xtask"));
    python.args(["python", "-c", include_str!("support/ask.py"), &json!(requests).to_string()]);
    change(python.env_remove("RUST_BACKTRACE"));
    let output = python.output().expect(NEEDS);
    let said = String::from_utf8_lossy(&output.stdout);
    let answers = said.lines().last().and_then(|line| serde_json::from_str(line).ok());
    let mut answers: Vec<Value> =
        answers.unwrap_or_else(|| panic!("{said}\n{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(answers.remove(0)["status"], "ok", "{said}");
    answers
}

/// The error of a cell, as a reader sees it, without colours.
fn error(answer: &Value) -> String {
    let outputs = answer["outputs"].as_array().into_iter().flatten();
    let errors = outputs.filter(|output| output["output_type"] == "error");
    let lines = errors.flat_map(|error| error["traceback"].as_array().into_iter().flatten());
    let text = lines.filter_map(Value::as_str).collect::<Vec<_>>().join("\n");
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

fn cell_with<'a>(notebook: &'a mut Value, source: &str) -> &'a mut Value {
    let cells = notebook["cells"].as_array_mut().expect(NEEDS);
    cells.iter_mut().find(|cell| cell["source"].to_string().contains(source)).expect(source)
}

/// Writes the outputs, then breaks them one way a notebook: a plain run tells each.
#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn outputs_are_written_and_every_change_to_them_is_found() {
    let course = Course::new("outputs");
    course.chapter("01_halves", &[]);
    let source = course.read("notebooks/01_halves.ipynb");
    course
        .xtask(&["notebooks"])
        .fails_with("01_halves.ipynb has no outputs yet: cargo notebooks 01_halves --update");
    let first = course.xtask(&["notebooks", "--update"]);
    assert!(first.is_well().text.contains("1 pictures drawn"), "{}", first.text);

    let text = course.read("notebooks/01_halves.ipynb");
    let written: Value = serde_json::from_str(&text).unwrap();
    let mut emptied = written.clone();
    for cell in emptied["cells"].as_array_mut().unwrap() {
        if cell["cell_type"] == "code" {
            cell["outputs"] = json!([]);
            cell["execution_count"] = Value::Null;
        }
    }
    assert_eq!(
        emptied,
        serde_json::from_str::<Value>(&source).unwrap(),
        "only outputs and counts are replaced"
    );
    let outputs = &cell_with(&mut written.clone(), "let three").clone()["outputs"];
    assert_eq!(
        (&outputs[0]["text"], outputs.as_array().unwrap().len()),
        (&json!(["\n"]), 2),
        "an empty line is kept"
    );
    let chart = &cell_with(&mut written.clone(), "chart(").clone()["outputs"][0];
    assert!(chart["data"]["image/png"].as_str().unwrap().starts_with("iVBORw0KGgo"), "{chart}");
    assert!(chart["data"]["image/png"].as_str().unwrap().len() < 10_000, "pictures are small");
    assert_eq!(
        cell_with(&mut written.clone(), "halving")["outputs"][0]["text"],
        json!(["halving 10\n"])
    );

    let refused = cell_with(&mut written.clone(), "let four").clone()["outputs"].clone();
    assert_eq!(
        (&refused[0]["output_type"], &refused[0]["evalue"]),
        (&json!("error"), &json!("mismatched types"))
    );
    assert!(refused[0]["traceback"].to_string().contains("command_8:"), "{refused}");

    // One way to be wrong a notebook, and what is said of it.
    type Break = fn(&mut Value);
    let broken: [(&str, Break, &str); 10] = [
        (
            "02_output",
            |n| cell_with(n, "half(ten)?")["outputs"][0]["data"]["text/plain"] = json!(["6"]),
            "\"Half of ten\", cell 5: the value as text/plain, line 1 differs\n  committed: 6\n  now:       5",
        ),
        (
            "03_no_output",
            |n| cell_with(n, "halving")["outputs"] = json!([]),
            "\"Half of ten\", cell 4: stdout differs\n  committed: nothing",
        ),
        (
            "04_number",
            |n| {
                cell_with(n, "let ten")["source"] =
                    json!("let ten = 12.0;\nprintln!(\"halving 10\");")
            },
            "\"Half of ten\", cell 5: the value as text/plain, line 1 differs\n  committed: 5\n  now:       6",
        ),
        (
            "05_no_picture",
            |n| {
                drop(
                    cell_with(n, "chart(")["outputs"][0]["data"]
                        .as_object_mut()
                        .unwrap()
                        .remove("image/png"),
                )
            },
            "\"A chart\", cell 9: its chart has no picture",
        ),
        (
            "06_chart",
            |n| cell_with(n, "chart(")["source"] = json!("chart(&[1.0, half(5.0)?])"),
            "\"A chart\", cell 9: the value as application/vnd.plotly.v1+json .data [0] .y [1] differs\n  committed: 2.0\n  now:       2.5",
        ),
        (
            "07_old_picture",
            |n| {
                cell_with(n, "chart(")["outputs"][0]["metadata"]["image/png"]["figure"] = json!("0")
            },
            "\"A chart\", cell 9: its picture is of another chart",
        ),
        (
            "10_saved_in_lab",
            |n| {
                cell_with(n, "chart(")["outputs"][0]["data"]["image/png"] =
                    json!("iVBORw0KGgoother")
            },
            "\"A chart\", cell 9: its picture was put there by JupyterLab",
        ),
        (
            "08_extra",
            |n| {
                cell_with(n, "let ten")["outputs"].as_array_mut().unwrap().push(
                    json!({"output_type": "stream", "name": "stderr", "text": ["old warning\n"]}),
                )
            },
            "\"Half of ten\", cell 4: stderr differs\n  committed: old warning\n  now:       nothing",
        ),
        (
            "09_verdict",
            |n| cell_with(n, "exercises::")["outputs"][0]["data"]["text/plain"] = json!(["Passed"]),
            "\"Double it\", cell 12: the value as text/plain, line 1 differs\n  committed: Passed\n  now:       NotYet",
        ),
        (
            "11_error",
            |n| cell_with(n, "let four")["outputs"][0]["evalue"] = json!("no such type"),
            "\"What to remember\", cell 16: an error, line 1 differs\n  committed: no such type\n  now:       mismatched types",
        ),
    ];
    for (name, change, _) in &broken {
        let mut notebook = written.clone();
        change(&mut notebook);
        course.write(&format!("notebooks/{name}.ipynb"), &notebook.to_string());
    }
    let said = course.xtask(&["notebooks"]);
    for (name, _, why) in &broken {
        said.fails_with(&format!("notebooks/{name}.ipynb, {why}"));
        said.fails_with(&format!("cargo notebooks {name} --update"));
    }
    assert!(
        !said.text.contains("notebooks/01_halves.ipynb"),
        "the good chapter is blamed:\n{}",
        said.text
    );

    // A second update finds nothing to change, and draws nothing.
    let again = course.xtask(&["notebooks", "01", "--update"]);
    assert!(!again.is_well().text.contains("drawn"), "{}", again.text);
    assert_eq!(course.read("notebooks/01_halves.ipynb"), text);
    // Accepting a run makes it right.
    course.xtask(&["notebooks", "04_number", "06_chart", "--update"]).is_well();
    course
        .xtask(&["notebooks", "01_halves", "04_number.ipynb", "notebooks/06_chart.ipynb"])
        .is_well();
}

#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn the_stored_notebooks_are_as_jupyter_wants_them() {
    const CHECK: &str = "import nbformat, pathlib, sys\n\
        for path in pathlib.Path(sys.argv[1]).glob('*.ipynb'):\n    \
            print(path)\n    nbformat.validate(nbformat.read(path, 4))";
    let notebooks = concat!(env!("CARGO_MANIFEST_DIR"), "/../notebooks");
    let mut python = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = python.args(["python", "-c", CHECK, notebooks]).output().expect(NEEDS);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.lines().count() > 5, "{said}");
}

/// evcxr calls nearly all of these "ok".
#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn a_cell_that_did_not_do_its_work_is_caught_and_its_notebook_left_alone() {
    let mistakes = [
        (
            "02_panic",
            "half(ten)?",
            "Vec::<f64>::new()[3]",
            "\"Half of ten\", cell 5: index out of bounds: the len is 0 but the index is 3\npanic: index out of bounds: the len is 0 but the index is 3\nline 1 of this cell: Vec::<f64>::new()[3]",
        ),
        (
            "03_panic_mid_cell",
            "let three",
            "if half(4.0)? > 1.0 { panic!(\"not today\"); }\nlet three",
            "\"Half\", cell 7: not today\npanic: not today\nline 1 of this cell: if half(4.0)? > 1.0",
        ),
        (
            "04_panic_no_value",
            "let ten = 10.0;",
            "let ten = 10.0;\nif ten > 1.0 { panic!(\"not today\"); }",
            "cell 4: not today\npanic: not today\nline 3 of this cell: if ten > 1.0 { panic",
        ),
        (
            "05_assert",
            "assert!(three > 1.0)",
            "assert!(three > 2.0, \"three is too small\")",
            "\"Half\", cell 7: three is too small\npanic: three is too small\nline 2 of this cell: assert!(three > 2.0",
        ),
        (
            "06_err_value",
            "half(ten)?",
            "half(f64::NAN)?",
            "cell 5: x is not finite\nErr: x is not finite\nline 1 of this cell: half",
        ),
        (
            "07_err_dropped",
            "let ten = 10.0;",
            "let ten = 10.0;\nhalf(f64::NAN)?;",
            "cell 4: x is not finite\nErr: x is not finite\nline 3 of this cell: half(f64::NAN)?;",
        ),
        (
            "08_err_in_let",
            "let three = half(3.0)?;",
            "let three = half(f64::NAN)?;",
            "cell 7: x is not finite\nErr: x is not finite\nline 1 of this cell: let three",
        ),
        (
            "09_result_dropped",
            "let ten = 10.0;",
            "let ten = 10.0;\nhalf(f64::NAN);",
            "cell 4: unused `Result` that must be used",
        ),
        ("10_err_shown", "half(ten)?", "half(f64::NAN)", "cell 5: NotFinite\nErr: NotFinite"),
        (
            "11_stderr",
            "let ten = 10.0;",
            "let ten = 10.0;\neprintln!(\"beware\");",
            "cell 4: it wrote to stderr:\nbeware",
        ),
        (
            "12_stderr_value",
            "half(ten)?",
            "{ eprintln!(\"beware\"); half(ten)? }",
            "cell 5: it wrote to stderr:\nbeware",
        ),
        (
            "13_lecture",
            "half(3.0)?",
            "half(3.2)?",
            "cell 7: it wrote to stderr:\ncomputed 1.6, lecture 1.5",
        ),
        (
            "14_does_not_compile",
            "half(ten)?",
            "half(eleven)?",
            "cell 5: cannot find value `eleven`",
        ),
        (
            "15_exit",
            "let ten = 10.0;",
            "let ten = 10.0;\nif ten > 1.0 { std::process::exit(3); }",
            "cell 4: Subprocess terminated",
        ),
        (
            "16_no_newline",
            "println!(\"halving {ten}\");",
            "print!(\"halving {ten}\");",
            "cell 4: its output does not end a line",
        ),
        ("17_nothing", "half(ten)?", "drop(half(ten)?)", "cell 5: it shows `()`"),
        (
            "18_thread",
            "let ten = 10.0;",
            "let ten = 10.0;\nlet ended = std::thread::spawn(|| panic!(\"not today\")).join().is_err();",
            "cell 4: it wrote to stderr:\n",
        ),
        (
            "19_no_solution",
            "<summary>Double it</summary>",
            "<summary>Double</summary>",
            "exercise \"Double it\": it has no solution",
        ),
        (
            "20_kernel_dies",
            "let ten = 10.0;",
            "let ten = 10.0;\nlet parent = std::os::unix::process::parent_id().to_string();\nlet killed = std::process::Command::new(\"kill\").args([\"-9\", &parent]).status();",
            "cell 4: the kernel died",
        ),
        (
            "21_not_refused",
            "let four: f64 = 4;",
            "let four: f64 = 4.0;",
            "\"What to remember\", cell 16: it is tagged `raises-exception` and should be refused with E0308, and it compiles",
        ),
        (
            "22_panic_is_no_refusal",
            "let four: f64 = 4;",
            "let four: f64 = if half(4.0)? > 1.0 { panic!(\"not today\") } else { 4.0 };",
            "should be refused with E0308, and it",
        ),
        (
            "23_another_error",
            "let four: f64 = 4;",
            "let four: f64 = for_;",
            "cell 16: it should be refused with E0308, and it is with this:\ncannot find value `for_`",
        ),
        (
            "24_no_code",
            "// E0308",
            "// It fails",
            "cell 16: the cell is tagged `raises-exception`, so its first line names the compiler's error",
        ),
    ];
    let course = Course::new("faults");
    for (name, from, to, _) in mistakes {
        course.chapter(name, &[(from, to)]);
    }
    // After all of them, the kernel is as good as new.
    course.chapter("99_right", &[]);
    let before = mistakes.map(|(name, ..)| course.read(&format!("notebooks/{name}.ipynb")));
    let said = course.xtask(&["notebooks", "--update"]);
    for (name, _, _, why) in mistakes {
        let report = said.text.split(&format!("notebooks/{name}.ipynb")).nth(1);
        let report = report.and_then(|report| report.split("\n\nnotebooks/").next());
        assert!(
            report.is_some_and(|report| report.contains(why)),
            "{name} should be blamed for: {why}\n{}",
            said.text
        );
    }
    said.fails_with("99_right                     ok");
    assert_eq!(before, mistakes.map(|(name, ..)| course.read(&format!("notebooks/{name}.ipynb"))));
    course.xtask(&["notebooks", "99"]).is_well();
}

#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn a_panic_and_an_err_are_errors_with_the_line_of_their_cell() {
    const LOST: &str =
        "Variables of earlier cells are kept; what this cell defines with `let` is not.";
    let answers = ask(&[
        (
            "execute",
            "let losses = array![9.5, 4.5];\nfn last(of: &Array1<f64>) -> f64 {\n    of[2]\n}",
        ),
        ("execute", "// One too many.\nlet third = losses[2]; // a comment\nthird"),
        ("execute", "print!(\"half a line\");\nlast(&losses)"),
        ("execute", "let n = 3;\nlet x: f64 = \"a\".parse()?;\nx"),
        ("execute", "mse(&[1.0], &[1.0, 2.0])"),
        ("execute", "\"a\".parse::<f64>()"),
        ("execute", "assert_eq!(losses.len(), 3, \"not {}\", 3);"),
        ("execute", "let none: Option<f64> = None;\n\nnone.unwrap();"),
        ("execute", "losses"),
        ("execute", "std::process::exit(3);"),
        ("queue", "println!(\"before\");"),
        ("queue", "todo!(\"here\")"),
        ("execute", "println!(\"after\");"),
        ("execute", "println!(\"later\");"),
    ]);
    let statuses: Vec<&str> =
        answers.iter().map(|answer| answer["status"].as_str().unwrap()).collect();
    assert_eq!(
        statuses,
        [
            "ok", "error", "error", "error", "error", "error", "error", "error", "ok", "error",
            "ok", "error", "aborted", "ok"
        ],
        "{answers:#?}"
    );
    let starts = [
        (1, "panic: ndarray: index 2 is out of bounds"),
        (1, "line 2 of this cell: let third = losses[2]; // a comment"),
        (1, LOST),
        (2, "in code of an earlier cell: of[2]\nline 2 of this cell: last(&losses)"),
        (3, "Err: invalid float literal\nline 2 of this cell: let x: f64 = \"a\".parse()?;"),
        (4, "Err: "),
        (5, "Err: invalid float literal"),
        (
            6,
            "panic: assertion `left == right` failed: not 3\n  left: 2\n right: 3\nline 1 of this cell: assert",
        ),
        (
            7,
            "panic: called `Option::unwrap()` on a `None` value\nline 3 of this cell: none.unwrap();",
        ),
        (
            9,
            "Subprocess terminated with status: exit status: 3\nThe variables of all cells are lost",
        ),
    ];
    for (cell, sign) in starts {
        assert!(
            error(&answers[cell]).contains(sign),
            "{sign} is missing in\n{}",
            error(&answers[cell])
        );
    }
    assert!(!error(&answers[2]).contains(LOST), "{}", error(&answers[2]));
    assert_eq!(answers[2]["outputs"][0]["text"], "half a line\n");
    assert_eq!(answers[8]["outputs"][0]["data"]["text/plain"], "[9.5, 4.5]");
    for answer in &answers {
        let text = answer["outputs"].to_string();
        assert!(!text.contains("stack backtrace") && !text.contains("stderr"), "{text}");
    }
}

#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn a_backtrace_is_there_for_who_asks_for_it() {
    let answers = ask_with(&[("execute", "todo!(\"later\")")], |command| {
        command.env("RUST_BACKTRACE", "1");
    });
    assert!(error(&answers[0]).contains("run_user_code_"), "{}", error(&answers[0]));
}

#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn whatever_is_typed_is_answered_soon() {
    let typed = [
        "let a = std::",
        "let a = Huber::",
        "let x: ",
        "let x",
        "let",
        "foo.",
        "use ",
        "use std::",
        "fn f(",
        "fn f() {",
        "let s = \"abc",
        "\"abc",
        ":",
        "::",
        ":dep",
        ":dep ",
        "match x {",
        "struct",
        "impl X for",
        "é",
        "let s = \"日本",
        "let é = std::",
        "println!(\"🦀\"); 🦀",
        "",
        "  \n",
        "// only this",
        "/* open",
        "{",
        "}",
        "(",
        "#[",
        "'",
        "mse(",
        "let v: Vec<",
        "|x| x.",
        "1..",
        "b'",
        "macro_rules! m",
        "let f = |x| x;",
    ];
    let mut requests = Vec::new();
    for typed in typed {
        requests.extend([("complete", typed), ("inspect", typed), ("execute", typed)]);
    }
    // It is none the worse for it.
    requests.push(("execute", "6.0 * 7.0"));
    let answers = ask(&requests);
    assert_eq!(answers.len(), requests.len(), "{:?} is not answered", requests[answers.len() - 1]);
    for (request, answer) in requests.iter().zip(&answers) {
        assert!(
            answer["seconds"].as_f64().is_some_and(|seconds| seconds < 20.0),
            "{request:?} {answer}"
        );
        assert!(answer["ename"] != "evcxr", "{request:?} {answer}");
    }
    assert_eq!(answers.last().unwrap()["outputs"][0]["data"]["text/plain"], "42.0");
}

#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn names_are_completed_and_explained() {
    let answers = ask(&[
        ("execute", "let huber = Huber::new(1.0)?;\nlet df = df![\"a\" => [1.0, 2.0]]?;"),
        ("complete", "Huber::"),
        ("complete", "huber."),
        ("complete", "df.hei"),
        ("complete", "ms"),
        ("inspect", "mse"),
        ("inspect", "mse("),
        ("inspect", "Huber"),
    ]);
    for (answer, name) in [(1, "new"), (2, "delta"), (3, "height"), (4, "mse")] {
        let matches = answers[answer]["matches"].as_array().unwrap();
        let is_there = matches.iter().any(|offered| offered.as_str().unwrap().starts_with(name));
        assert!(is_there, "{name} is missing in {matches:?}");
    }
    for (answer, sign) in [(5, "mean squared error"), (6, "mean squared error"), (7, "Huber")] {
        let text = answers[answer]["text"].as_str().unwrap().to_lowercase();
        assert!(text.contains(&sign.to_lowercase()), "{sign} is missing in {text}");
    }
}

/// Where a type is expected, rust-analyzer's panics would be the kernel's end; see `front.py`.
#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn names_are_completed_where_a_type_is_expected_and_within_a_cell() {
    let cases = [
        ("mae(&y, &y_h", "y_hat"),
        ("let loss: f64 = hub", "huber"),
        ("let loss = 2.0 * hub", "huber"),
        ("let twice = |r: f64| hub", "huber"),
        ("df![\"y\" => y_h", "y_hat"),
        ("match 1 {\n    1 => hub", "huber"),
        ("if y.len() > 1 {\n    hub", "huber"),
        ("let t = df![\"y\" => &y]?\n    .lazy()\n    .with_columns([y_h", "y_hat"),
        ("println!(\"{}\", hub", "huber"),
        ("if y.len() > 1 {\n    hub\n}\nhub", "huber"),
        ("use statrs::distribution::Nor", "Normal"),
    ];
    let mut requests = vec![(
        "execute",
        "let huber = Huber::new(1.0)?;\nlet (y, y_hat) = (array![1.0], array![2.0]);\nlet df = df![\"y\" => &y]?;",
    )];
    requests.extend(cases.map(|(typed, _)| ("complete", typed)));
    // Between the brackets it is the call's, and where no name can stand there is none.
    requests.extend([
        ("inspect", "mae(&y, "),
        ("complete", "let p = 1.0 * 2"),
        ("execute", "huber.delta()"),
    ]);
    let answers = ask(&requests);
    assert_eq!(answers.len(), requests.len(), "{:?} is not answered", requests[answers.len() - 1]);
    for ((typed, name), answer) in cases.iter().zip(&answers[1..]) {
        let offered = answer["matches"].as_array().unwrap();
        assert!(offered.iter().any(|offered| offered == name), "{typed:?} lacks {name}: {answer}");
        let [start, end] =
            ["cursor_start", "cursor_end"].map(|at| answer[at].as_u64().unwrap() as usize);
        assert!(name.starts_with(&typed[start..end]), "{typed:?} {start} {end}");
    }
    let [call, none, last] = &answers[cases.len() + 1..] else { panic!("{answers:?}") };
    assert!(
        call["text"].as_str().unwrap().to_lowercase().contains("mean absolute error"),
        "{call}"
    );
    assert_eq!(none["matches"], serde_json::json!([]), "{none}");
    assert_eq!(last["outputs"][0]["data"]["text/plain"], "1.0", "{last}");
}

/// A kernel would still do all without them, and only be slower.
#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn cells_are_linked_with_the_shared_object_and_compiled_without_cargo() {
    let log = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("stand_in.log");
    let _ = std::fs::remove_file(&log);
    let cells = [
        "fn twice(x: f64) -> f64 {\n    2.0 * x\n}",
        "let losses = array![1.0, 2.0];",
        "twice(losses[1])",
        "mse(&[1.0], &[3.0])?",
        // What the shared object is a part of.
        "let maps = std::fs::read_to_string(\"/proc/self/maps\")?;\nassert!(maps.contains(\"liblossbook-\"));",
    ];
    let requests: Vec<_> = cells.iter().map(|cell| ("execute", *cell)).collect();
    let answers = ask_with(&requests, |command| {
        command.env("LOSSBOOK_LOG", &log);
    });
    for (cell, answer) in cells.iter().zip(&answers) {
        assert_eq!(answer["status"], "ok", "{cell}\n{}", error(answer));
    }
    let log = std::fs::read_to_string(log).unwrap();
    let ways: Vec<&str> = log.lines().rev().take(cells.len()).collect();
    assert_eq!(ways, ["a cell, without asking cargo"; 5], "{log}");
}

/// Else all crates are compiled anew in every kernel, as soon as a newer version of one of them is out.
#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn a_kernel_has_the_versions_of_the_courses_lock() {
    let packages = |lock: &str| -> Vec<String> {
        let lines = lock.lines().collect::<Vec<_>>();
        let named = lines.windows(2).filter(|two| two[0].starts_with("name = "));
        named.map(|two| two.join(", ")).filter(|name| !name.contains("\"ctx\"")).collect()
    };
    let ours = packages(include_str!("../../Cargo.lock"));
    let show = "print!(\"{}\", std::fs::read_to_string(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/Cargo.lock\"))?);";
    let answers = ask(&[("execute", show), ("execute", ":dep itoa = \"1\""), ("execute", show)]);
    for answer in [&answers[0], &answers[2]] {
        let outputs = answer["outputs"].as_array().into_iter().flatten();
        let lock: String = outputs.filter_map(|output| output["text"].as_str()).collect();
        let theirs = packages(&lock);
        assert!(theirs.iter().any(|name| name.contains("\"polars\"")), "{lock}");
        let other: Vec<_> = theirs.iter().filter(|name| !ours.contains(name)).collect();
        assert!(other.is_empty(), "not of the course's lock: {other:?}");
    }
}

#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn a_cell_without_an_end_is_stopped() {
    let course = Course::new("endless");
    course.chapter(
        "01_endless",
        &[("let ten = 10.0;", "let mut ten = 10.0;\nwhile ten > 1.0 { ten += 1.0; }")],
    );
    course
        .xtask(&["notebooks", "--seconds", "20"])
        .fails_with("cell 4: it did not end within 20 seconds");
}

/// A cell notes something, as the check of an exercise would, twice in one kernel.
#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn what_a_learner_has_passed_is_out_of_reach() {
    let course = Course::new("progress");
    let note = "let file = std::env::var(\"LOSSBOOK_PROGRESS\")?;\n\
        assert!(!std::path::Path::new(&file).exists());\nstd::fs::write(&file, \"noted\")?;\nlet ten = 10.0;";
    course.chapter("01_halves", &[("let ten = 10.0;", note)]);
    course.chapter("02_halves", &[("let ten = 10.0;", note)]);
    course.write("notebooks/progress.csv", "the learner's");
    let theirs = course.root.join("notebooks/progress.csv");
    let said = course.xtask_with(&["notebooks", "--update"], |command: &mut Command| {
        command.env("LOSSBOOK_PROGRESS", &theirs);
    });
    said.is_well();
    assert_eq!(course.read("notebooks/progress.csv"), "the learner's");
}

#[test]
#[ignore = "needs Jupyter, the kernel and a browser: cargo test -p xtask --test kernel -- --ignored"]
fn without_a_browser_it_says_what_to_install() {
    let course = Course::new("no_browser");
    course.chapter("01_halves", &[]);
    let before = course.read("notebooks/01_halves.ipynb");
    let said = course.xtask_with(&["notebooks", "--update"], |command: &mut Command| {
        command.env("BROWSER_PATH", "/no/such/browser");
    });
    said.fails_with("apt install chromium").fails_with("left as they were");
    assert_eq!(course.read("notebooks/01_halves.ipynb"), before);
}

#[test]
fn a_name_that_no_notebook_has_is_told_before_anything_is_set_up() {
    let course = Course::new("names");
    course.chapter("01_halves", &[]);
    course
        .xtask(&["notebooks", "07"])
        .fails_with("no notebook begins with \"07\"; there are: 01_halves");
    course.xtask(&["notebooks", "--updat"]).fails_with("cargo notebooks [NAME…] [--update]");
}

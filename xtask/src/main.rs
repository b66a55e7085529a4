//! Keeps the course: `cargo lab`, `cargo notebooks`, … (see `.cargo/config.toml`).

mod course;
mod kernel;
mod lab;
mod run;
mod setup;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

const USAGE: &str = "\
cargo lab [--no-browser] [--port N]   set up what is missing and open the course in JupyterLab
    [--no-ready-kernel]               without a kernel that waits for the next chapter (half a GB less memory)
cargo lab --clean                     remove everything that was set up
cargo notebooks [NAME…] [--update]    run the chapters in the kernel; compare, or write, what they show
    [-j N]                            in N kernels at a time (half a GB of memory each)
cargo chapters [--check]              write the chapters' tests from the notebooks, or compare
cargo kernel-speed [NAME…]            time the chapters' cells in this kernel and in stock evcxr";

fn main() -> ExitCode {
    let ended = if kernel::cargo_view::is_asked() {
        kernel::cargo_view::run()
    } else if kernel::shared_object::is_asked() {
        kernel::shared_object::run()
    } else {
        command().map(|()| ExitCode::SUCCESS)
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<()> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(Value(name)) if name == "lab" => lab(arguments),
        Some(Value(name)) if name == "notebooks" => {
            run::notebooks::command(arguments, setup::checkout(), lab::environment)
        }
        Some(Value(name)) if name == "chapters" => {
            course::worked_examples::command(arguments, setup::checkout())
        }
        Some(Value(name)) if name == "kernel-speed" => {
            run::kernel_speed::command(arguments, setup::checkout(), lab::environment)
        }
        Some(Value(name)) if name == "kernel" => {
            let (folder, evcxr) = (arguments.value()?, arguments.value()?);
            let arguments: Vec<_> = arguments.raw_args()?.collect();
            kernel::build::wait_for(&arguments)?;
            kernel::session::start(Path::new(&folder), Path::new(&evcxr), arguments)
        }
        Some(Value(name)) if name == "build" => {
            let (python, notice) = (arguments.value()?, arguments.value()?);
            lab::build(Path::new(&python), notice.into())
        }
        #[cfg(unix)]
        Some(Value(name)) if name == "watch" => {
            let (session, kernel) = (arguments.value()?, arguments.value()?.parse()?);
            let server = arguments.raw_args()?.next().map(|server| server.parse()).transpose()?;
            kernel::session::watch(Path::new(&session), kernel, server)
        }
        _ => bail!("{USAGE}"),
    }
}

fn lab(mut arguments: lexopt::Parser) -> Result<()> {
    let mut options = lab::Options { browser: true, port: None, ready_kernel: true };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("no-browser") => options.browser = false,
            Long("no-ready-kernel") => options.ready_kernel = false,
            Long("port") => {
                let port = arguments.value()?;
                options.port = Some(port.parse().context("--port takes a number from 1 to 65535")?);
            }
            Long("clean") => return setup::home::Home::open()?.clean(),
            Long("help") | Short('h') => {
                println!("{USAGE}");
                return Ok(());
            }
            other => bail!("{}\n\n{USAGE}", other.unexpected()),
        }
    }
    lab::open(&options)
}

// Compiled into every cell by cell_errors.rs.
#[allow(warnings)]
mod lossbook_cell {
    use std::backtrace::Backtrace;
    use std::fmt::Arguments;
    use std::io::Write;
    use std::panic::{Location, PanicHookInfo};
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread::{self, ThreadId};

    /// The line of the statement that runs.
    static AT: AtomicU32 = AtomicU32::new(0);

    /// The last panic: in which thread, and what is to be told.
    static LAST: Mutex<Option<(ThreadId, String)>> = Mutex::new(None);

    /// The run of a cell.
    pub struct Run;

    pub fn begin() -> Run {
        let main = thread::current().id();
        std::panic::set_hook(Box::new(move |panic| panics(main, panic)));
        Run
    }

    pub fn at(line: u32) {
        AT.store(line, Ordering::Relaxed);
    }

    impl Drop for Run {
        /// A panic that the cell has caught did not end it.
        fn drop(&mut self) {
            if let Some((thread, told)) = last() {
                if thread == thread::current().id() {
                    note("Caught a panic", &told);
                }
            }
        }
    }

    fn last() -> Option<(ThreadId, String)> {
        LAST.lock().ok()?.take()
    }

    fn note(what: &str, told: &str) {
        eprintln!("{what}: {}", told.split_once("\n\n").map_or(told, |(_, text)| text));
    }

    fn panics(main: ThreadId, panic: &PanicHookInfo) {
        let thread = thread::current().id();
        let mut lines = AT.load(Ordering::Relaxed).to_string();
        let mut place = String::new();
        if let Some(location) = panic.location() {
            if location.file() == "src/lib.rs" {
                lines = format!("{} {lines}", location.line());
            } else {
                place = format!("place {}:{}\n", location.file(), location.line());
            }
        }
        let text = panic.payload_as_str().unwrap_or("its value is no text");
        let mut told = format!("kind panic\n{place}lines {lines}\n\n{text}");
        if std::env::var_os("LOSSBOOK_BACKTRACE").is_some() {
            told += &format!("\nstack backtrace:\n{}", Backtrace::force_capture());
        }
        if thread != main {
            note("A thread panicked", &told);
        }
        let Ok(mut last) = LAST.lock() else { return };
        match last.replace((thread, told)) {
            Some((of, told)) if of == main => note("Caught a panic", &told),
            _ => {}
        }
    }

    /// A panic has ended the cell.
    pub fn panicked() {
        match last() {
            Some((_, told)) => tell(&told),
            None => tell("kind panic\n\nits text was told elsewhere"),
        }
    }

    /// An `Err` has ended the cell, at a `?`.
    #[track_caller]
    pub fn failed(error: Arguments) {
        tell(&format!("kind Err\nlines {}\n\n{error}", Location::caller().line()));
    }

    fn tell(told: &str) {
        let mime = std::env::var("LOSSBOOK_ERRORS").unwrap_or_default();
        let mut out = std::io::stdout().lock();
        // It has to begin a line.
        let _ = write!(out, "\nEVCXR_BEGIN_CONTENT {mime}\n{told}\nEVCXR_END_CONTENT\n");
        let _ = out.flush();
    }
}

//! Calls a function that may panic, without the panic's text on the screen.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send>;

/// Only one check at a time may exchange the process's panic hook.
static EXCHANGE: Mutex<()> = Mutex::new(());

/// Calls `function`; a panic becomes an `Err` with its text, and nothing is printed.
///
/// Panics of other threads are reported as ever: the hook is silent on this thread only. (In the
/// instant of the exchange it is std's own hook that reports them; std offers no swap.) The hook is
/// put back before this returns, as the code of a notebook's cell must leave no hook behind.
pub(super) fn catch_panic<R>(function: impl FnOnce() -> R) -> Result<R, String> {
    let _alone = EXCHANGE.lock().unwrap_or_else(PoisonError::into_inner);
    let _silence = Silence::new();
    panic::catch_unwind(AssertUnwindSafe(function)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a text".to_owned())
    })
}

/// As long as it lives, this thread panics in silence.
struct Silence {
    /// The hook to put back; nothing where hooks may not be touched.
    before: Option<Arc<Hook>>,
}

impl Silence {
    fn new() -> Self {
        // A thread that is already panicking may not exchange hooks.
        if thread::panicking() {
            return Self { before: None };
        }
        let before = Arc::new(panic::take_hook());
        let (others, here) = (Arc::clone(&before), thread::current().id());
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() != here {
                others(info);
            }
        }));
        Self { before: Some(before) }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let Some(before) = self.before.take().filter(|_| !thread::panicking()) else { return };
        // Ours goes first, so that the hook of before is held here alone and goes back unwrapped.
        drop(panic::take_hook());
        match Arc::try_unwrap(before) {
            Ok(hook) => panic::set_hook(hook),
            Err(shared) => panic::set_hook(Box::new(move |info| shared(info))),
        }
    }
}

// Here and not among the tests of the exercises: this program has no other test that exchanges
// hooks, which are the whole process's.
#[cfg(test)]
mod tests {
    use std::panic;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::catch_panic;

    /// One test for all of it: tests run side by side, and each would change the other's hook.
    #[test]
    fn panics_are_caught_in_silence() {
        a_value_comes_back_and_a_panic_becomes_its_text();
        only_the_panics_within_are_silent();
    }

    fn a_value_comes_back_and_a_panic_becomes_its_text() {
        assert_eq!(catch_panic(|| 7), Ok(7));
        assert_eq!(catch_panic(|| panic!("a text")), Err::<(), _>("a text".to_owned()));
        assert_eq!(catch_panic(|| panic!("number {}", 3)), Err::<(), _>("number 3".to_owned()));
        let payload = catch_panic(|| panic::panic_any(7));
        assert_eq!(payload, Err::<(), _>("a panic without a text".to_owned()));
    }

    /// Several threads at once: what panics within a call is silent, what panics on another thread
    /// meanwhile is not, and the hook of before is back afterwards.
    fn only_the_panics_within_are_silent() {
        let heard = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&heard);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let text = info.payload().downcast_ref::<&str>().copied().unwrap_or_default();
            if text.starts_with("heard") {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        }));

        let within = || {
            let other = thread::spawn(|| panic!("heard from another thread"));
            assert!(other.join().is_err());
            panic!("heard within")
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                let call =
                    || assert_eq!(catch_panic(within), Err::<(), _>("heard within".to_owned()));
                scope.spawn(move || (0..10).for_each(|_| call()));
            }
        });
        assert_eq!(heard.load(Ordering::SeqCst), 40);
        assert!(panic::catch_unwind(|| panic!("heard afterwards")).is_err());
        assert_eq!(heard.load(Ordering::SeqCst), 41);
        panic::set_hook(before);
    }
}

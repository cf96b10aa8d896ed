//! One at a time for each id: an item that is named twice is changed once, and
//! then found changed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use tokio::sync::Mutex;

/// The ids that are being worked on.
#[derive(Default)]
pub(super) struct Turns(RefCell<HashMap<String, Rc<Mutex<()>>>>);

impl Turns {
    /// Does the work when all that came before it for the same id is done.
    pub(super) async fn take<T>(&self, id: &str, work: impl Future<Output = T>) -> T {
        let turn = self
            .0
            .borrow_mut()
            .entry(id.to_owned())
            .or_default()
            .clone();
        let done = {
            let _mine = turn.lock().await;
            work.await
        };
        // This one and the table's: nobody waits.
        if Rc::strong_count(&turn) == 2 {
            self.0.borrow_mut().remove(id);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn the_same_id_waits_and_another_does_not() {
        let turns = Turns::default();
        let (busy, most) = (Cell::new(0), Cell::new(0));
        let work = async || {
            busy.set(busy.get() + 1);
            most.set(most.get().max(busy.get()));
            tokio::task::yield_now().await;
            busy.set(busy.get() - 1);
        };
        futures::join!(turns.take("a", work()), turns.take("a", work()));
        assert_eq!(most.replace(0), 1);
        futures::join!(turns.take("a", work()), turns.take("b", work()));
        assert_eq!(most.get(), 2);
        assert!(turns.0.borrow().is_empty());
    }
}

//! The machine as an actor, for the command line and timers.

use domain::access::Actor;

/// Who acts when nobody has signed in: for commands and timers only, never for a page. Whoever may run the
/// program beside its database may do this much; events record no person.
pub fn machine() -> Actor {
    Actor::machine()
}

//! Accounts: signing in and out, sessions, passwords, the second factor, registration, and roles.
//!
//! What is told to somebody who is not signed in never depends on whether an address has an account, and takes
//! about as long either way.

mod invite;
mod letters;
mod password;
mod people;
mod register;
mod reset;
mod second_factor;
mod session;
mod sign_in;
mod throttle;

pub use invite::{NewInvitation, invite_person};
pub use password::{change_name, change_password};
pub use people::{
    NewPerson, actor, close_account, create_person, end_grant, give_grant, open_account,
    remove_second_factor_of, set_password,
};
pub use register::{Invitation, Registration, accept, invitation, register};
pub use reset::{ask_reset, check_reset, reset};
pub use second_factor::{
    SecondFactorSetUp, add_second_factor, confirm_second_factor, has_second_factor, remove_second_factor,
};
pub use session::{
    NewSession, OwnSession, Recognised, SessionKey, SignedIn, clear_away, end_session, recognise,
    record_denied, sessions, sign_out, sign_out_everywhere,
};
pub use sign_in::{SignIn, enter_code, sign_in};

/// From where somebody speaks to the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The network address; kept only as a hash, and only while it slows somebody down.
    pub address: String,
    /// What they use, in words, such as "Firefox on Windows"; shown in the person's own list of sessions.
    pub device: String,
}

//! The letters about accounts.

use domain::people::Person;

use crate::links::{self, Purpose};
use crate::outbox::Letter;
use crate::running::App;

pub(super) fn reset(person: &Person, app: &App, token: &str) -> Letter {
    let address = links::address(&app.settings().base_url, Purpose::Reset, token);
    Letter {
        purpose: "reset",
        to: person.email.clone(),
        subject: "Choose a new password".to_owned(),
        body: format!(
            "Somebody asked to reset the password of your account for Children's Services Mapping.\n\n\
             To choose a new password, open this link within one hour:\n\n{address}\n\n\
             The link works once. If you did not ask for it, you do not need to do anything: your password \
             stays as it is.\n"
        ),
    }
}

pub(super) fn password_changed(person: &Person, app: &App) -> Letter {
    Letter {
        purpose: "password_changed",
        to: person.email.clone(),
        subject: "Your password was changed".to_owned(),
        body: format!(
            "The password of your account for Children's Services Mapping was changed, and every session was \
             signed out.\n\nIf it was not you, reset your password now and tell the helpdesk:\n\n\
             {}/reset-password\n",
            app.settings().base_url
        ),
    }
}

pub(super) fn second_factor_removed(person: &Person, app: &App) -> Letter {
    Letter {
        purpose: "second_factor_removed",
        to: person.email.clone(),
        subject: "The second step at sign-in was removed".to_owned(),
        body: format!(
            "Signing in to your account for Children's Services Mapping no longer asks for a code.\n\n\
             If it was not you, reset your password now and tell the helpdesk:\n\n{}/reset-password\n",
            app.settings().base_url
        ),
    }
}

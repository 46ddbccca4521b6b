//! The letters about taking part.

use domain::cycles::Cycle;
use domain::nominations::Nominee;
use domain::organisations::Organisation;
use domain::participations::Participation;
use domain::people::Person;
use jiff::Timestamp;
use jiff::civil::Date;

use super::leads::day_in_words;
use crate::outbox::Letter;
use crate::running::App;

/// Asks a nominee to register.
pub(super) fn nomination(
    organisation: &Organisation,
    cycle: &Cycle,
    nominee: &Nominee,
    address: &str,
    expires_at: Timestamp,
) -> Letter {
    let body = format!(
        "Dear {name},\n\n\
         You have been nominated to lead the mapping of children's services for {organisation}, in \
         {cycle}.\n\n\
         As mapping lead you list your organisation's services, ask colleagues to describe them, check what \
         they enter, and sign it off. Organisations can enter and change their answers until {closes}.\n\n\
         To register, open this link:\n\n\
         {address}\n\n\
         The link works once, and until {expires}. It is meant for you alone: please do not pass it on.\n\n\
         If you are not the right person, reply to whoever nominated you and leave the link unopened.\n",
        name = nominee.name,
        organisation = organisation.name,
        cycle = cycle.name,
        closes = in_words(cycle.dates.closes_on),
        expires = day_in_words(expires_at),
    );
    Letter {
        purpose: "nomination",
        to: nominee.email.clone(),
        subject: format!("Register as mapping lead for {}", organisation.name),
        body,
    }
}

/// Tells a lead that the organisation can change its answers again.
pub(super) fn reopened(
    app: &App,
    organisation: &Organisation,
    cycle: &Cycle,
    participation: &Participation,
    lead: &Person,
) -> Letter {
    let body = format!(
        "Dear {name},\n\n\
         The national team has reopened the returns of {organisation} in {cycle}.\n\n\
         Reason: {reason}\n\n\
         You can now change your answers. Published tables keep showing what was last signed off, so please \
         sign off again when you have finished:\n\n\
         {base_url}/cycles/{key}/organisations/{code}/services\n",
        name = lead.name,
        organisation = organisation.name,
        cycle = cycle.name,
        reason = participation.reason,
        base_url = app.settings().base_url,
        key = cycle.key.as_str(),
        code = organisation.code,
    );
    Letter {
        purpose: "reopened",
        to: lead.email.clone(),
        subject: format!("Returns reopened: {}", organisation.name),
        body,
    }
}

fn in_words(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

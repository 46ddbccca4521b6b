//! The table of settings: the one place where a setting, its default and its meaning are declared.

use std::fmt::Write as _;

/// Something that the operator may decide.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its key in the configuration file; the variable is `CSM_` and the key in capitals.
    pub key: &'static str,
    /// What holds when nobody says otherwise.
    pub default: &'static str,
    /// What it means, in sentences for the operator.
    pub meaning: &'static str,
    /// Whether it may hold a password, which is then never shown.
    pub is_secret: bool,
}

impl Setting {
    /// The variable of the environment.
    pub fn variable(&self) -> String {
        format!("CSM_{}", self.key.to_uppercase())
    }
}

const fn setting(key: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting {
        key,
        default,
        meaning,
        is_secret: false,
    }
}

const fn secret(key: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting {
        key,
        default,
        meaning,
        is_secret: true,
    }
}

/// Every setting, in the order of the documentation.
pub const SETTINGS: [Setting; 15] = [
    secret(
        "database_url",
        "sqlite:csm.db",
        "Where the data lives: `sqlite:PATH` for a file on this machine, or `postgres://USER:PASSWORD@HOST/NAME`. \
         Use PostgreSQL when more than one machine serves.",
    ),
    setting(
        "database_connections",
        "8",
        "Most connections to the database at once. On SQLite these only read; there is always exactly one more \
         that writes.",
    ),
    setting(
        "listen",
        "127.0.0.1:8080",
        "Address and port to listen on. Port 0 takes any free port.",
    ),
    setting(
        "base_url",
        "",
        "Where people reach the system, such as `https://mapping.example.org`: the beginning of every link in a \
         letter. When it begins with https, cookies are sent over https only. Empty: made of the address \
         listened on.",
    ),
    secret(
        "smtp_url",
        "",
        "The mail server: `smtps://USER:PASSWORD@HOST:465`, `smtp://HOST:587?tls=required` or \
         `smtp://HOST:25`. Empty: letters stay in the outbox and nobody gets mail.",
    ),
    setting(
        "mail_from",
        "Children's Services Mapping <mapping@localhost>",
        "Who letters are from.",
    ),
    setting(
        "helpdesk_email",
        "",
        "Where people who need help write to; shown on the help pages. Empty: no address is shown.",
    ),
    setting(
        "log",
        "info",
        "Which log lines are written: `error`, `warn`, `info`, `debug`, or by part, such as \
         `info,sqlx=warn`. Commands other than `serve` and `demo` write warnings only unless this is set.",
    ),
    setting(
        "log_format",
        "text",
        "`text` for people, `json` for machines: one object a line.",
    ),
    setting(
        "trusted_proxy",
        "false",
        "`true` when a proxy of your own stands before the system and writes the visitor's address at the end of \
         `X-Forwarded-For`; then nobody may reach the system past the proxy. `false`: the header is ignored. This \
         matters for the limit on tries to sign in.",
    ),
    setting(
        "breached_passwords",
        "",
        "A file of passwords known from breaches, which nobody may choose: lines of SHA-1 in hexadecimal digits, \
         `:` and a count, sorted. Empty: only the common passwords that the program carries are refused.",
    ),
    setting(
        "session_idle_minutes",
        "60",
        "Minutes without a request after which a session ends.",
    ),
    setting(
        "session_absolute_hours",
        "12",
        "Hours after signing in after which a session ends whatever happens.",
    ),
    setting(
        "request_timeout_seconds",
        "30",
        "Longest time that a request may take, in seconds.",
    ),
    setting(
        "stop_timeout_seconds",
        "20",
        "When asked to stop: longest time to finish the requests and the job under way, in seconds. A second \
         signal stops at once. A job cut short is done again after the next start.",
    ),
];

/// The page of documentation, made of the table.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Configuration\n\n\
         This page is made by `csm config --markdown`; a test fails when it is not current.\n\n\
         A setting is looked for in four places; a later one wins: its default, the configuration file, a \
         variable of the environment, an argument of the command.\n\n\
         - The file is `csm.toml` in the working directory, or the one named by `--config FILE` or the variable \
         `CSM_CONFIG`. It has one line a setting, such as `listen = \"127.0.0.1:8080\"`.\n\
         - The variable is the key in capitals after `CSM_`, such as `CSM_LISTEN`. An empty variable counts as \
         not set.\n\
         - A key or a `CSM_` variable that is not in this table is refused, and the nearest one that is known is \
         named. Variables of the project's own tests and benchmarks, such as `CSM_TEST_POSTGRES_URL`, are left \
         alone.\n\
         - `csm config` shows what is in force and where each value came from; passwords are hidden.\n\n\
         | key | variable | default | meaning |\n|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let default = if setting.default.is_empty() {
            "(empty)".to_owned()
        } else {
            format!("`{}`", setting.default)
        };
        let _ = writeln!(
            page,
            "| `{}` | `{}` | {default} | {} |",
            setting.key,
            setting.variable(),
            setting.meaning
        );
    }
    page
}

use super::*;

fn from_file(text: &str) -> Sources {
    Sources {
        file: Some((PathBuf::from("csm.toml"), text.to_owned())),
        ..Sources::default()
    }
}

fn variable(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn every_default_is_sound() {
    let config = read(&Sources::default()).unwrap();
    assert_eq!(config.listen, "127.0.0.1:8080");
    assert_eq!(config.session_idle_minutes, 60);
    assert!(!config.trusted_proxy);
}

#[test]
fn an_argument_beats_a_variable_and_a_variable_beats_the_file() {
    let mut sources = from_file("listen = \"127.0.0.1:1\"\nlog = \"warn\"\nsession_idle_minutes = 15");
    sources.variables = vec![
        variable("CSM_LISTEN", "127.0.0.1:2"),
        variable("CSM_LOG_FORMAT", "json"),
    ];
    sources.arguments = vec![("listen", "127.0.0.1:3".to_owned())];
    let config = read(&sources).unwrap();
    assert_eq!(config.listen, "127.0.0.1:3");
    assert_eq!(config.held["listen"].origin, Origin::Argument);
    assert_eq!(config.held["log_format"].origin, Origin::Variable);
    assert_eq!(config.log, "warn");
    assert_eq!(config.session_idle_minutes, 15);
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_known() {
    let faults = read(&from_file("databse_url = \"sqlite:x.db\"")).unwrap_err();
    assert_eq!(
        faults,
        ["csm.toml: there is no key databse_url; the nearest is database_url"]
    );
    let sources = Sources {
        variables: vec![variable("CSM_SMTP_ULR", "smtp://localhost")],
        ..Sources::default()
    };
    let faults = read(&sources).unwrap_err();
    assert_eq!(
        faults,
        ["there is no variable CSM_SMTP_ULR; the nearest is CSM_SMTP_URL"]
    );
}

#[test]
fn variables_of_the_tests_are_left_alone_and_empty_ones_are_not_set() {
    let sources = Sources {
        variables: vec![
            variable("CSM_TEST_POSTGRES_URL", "x"),
            variable("CSM_SHARED", "x"),
            variable("CSM_BINARY", "x"),
            variable("CSM_LISTEN", ""),
        ],
        ..Sources::default()
    };
    assert_eq!(read(&sources).unwrap().listen, "127.0.0.1:8080");
}

#[test]
fn every_fault_is_named_at_once() {
    let text = "log_format = \"xml\"\nsession_idle_minutes = 0\nbase_url = \"mapping.example.org\"\n\
                trusted_proxy = \"here\"";
    let faults = read(&from_file(text)).unwrap_err();
    assert_eq!(faults.len(), 4, "{faults:?}");
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains("a whole number from 1 to 1440"))
    );
}

#[test]
fn passwords_are_hidden() {
    let text = "database_url = \"postgres://csm:s3cret@db.example/csm\"\n\
                smtp_url = \"smtps://bea:p%40ss@mail.example:465\"";
    let shown = describe(&read(&from_file(text)).unwrap());
    assert!(!shown.contains("s3cret") && !shown.contains("p%40ss"), "{shown}");
    assert!(shown.contains("postgres://csm:(hidden)@db.example/csm"));
}

#[test]
fn the_page_of_documentation_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    let page = std::fs::read_to_string(path).unwrap_or_default();
    let is_current = page == settings::markdown();
    assert!(is_current, "run: csm config --markdown > docs/configuration.md");
}

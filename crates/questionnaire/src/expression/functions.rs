use crate::problem::nearest;

/// The functions of the language that this engine knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Selected,
    SelectedAt,
    CountSelected,
    ChoiceName,
    If,
    Coalesce,
    Once,
    Not,
    True,
    False,
    Boolean,
    BooleanFromString,
    Int,
    Round,
    Number,
    Sum,
    Min,
    Max,
    Abs,
    Pow,
    Sqrt,
    Floor,
    Ceiling,
    Concat,
    StringLength,
    Regex,
    Join,
    String,
    Substr,
    Substring,
    Contains,
    StartsWith,
    EndsWith,
    SubstringBefore,
    SubstringAfter,
    Translate,
    NormalizeSpace,
    Today,
    Date,
    FormatDate,
    DecimalDateTime,
    Count,
    CountNonEmpty,
    Position,
    Last,
    IndexedRepeat,
}

const MANY: usize = 200;

/// Name, function, least and greatest number of arguments.
const FUNCTIONS: &[(&str, Function, usize, usize)] = &[
    ("selected", Function::Selected, 2, 2),
    ("selected-at", Function::SelectedAt, 2, 2),
    ("count-selected", Function::CountSelected, 1, 1),
    ("jr:choice-name", Function::ChoiceName, 2, 2),
    ("if", Function::If, 3, 3),
    ("coalesce", Function::Coalesce, 1, MANY),
    ("once", Function::Once, 1, 1),
    ("not", Function::Not, 1, 1),
    ("true", Function::True, 0, 0),
    ("false", Function::False, 0, 0),
    ("boolean", Function::Boolean, 1, 1),
    ("boolean-from-string", Function::BooleanFromString, 1, 1),
    ("int", Function::Int, 1, 1),
    ("round", Function::Round, 1, 2),
    ("number", Function::Number, 0, 1),
    ("sum", Function::Sum, 1, MANY),
    ("min", Function::Min, 1, MANY),
    ("max", Function::Max, 1, MANY),
    ("abs", Function::Abs, 1, 1),
    ("pow", Function::Pow, 2, 2),
    ("sqrt", Function::Sqrt, 1, 1),
    ("floor", Function::Floor, 1, 1),
    ("ceiling", Function::Ceiling, 1, 1),
    ("concat", Function::Concat, 0, MANY),
    ("string-length", Function::StringLength, 0, 1),
    ("regex", Function::Regex, 2, 2),
    ("join", Function::Join, 1, MANY),
    ("string", Function::String, 0, 1),
    ("substr", Function::Substr, 2, 3),
    ("substring", Function::Substring, 2, 3),
    ("contains", Function::Contains, 2, 2),
    ("starts-with", Function::StartsWith, 2, 2),
    ("ends-with", Function::EndsWith, 2, 2),
    ("substring-before", Function::SubstringBefore, 2, 2),
    ("substring-after", Function::SubstringAfter, 2, 2),
    ("translate", Function::Translate, 3, 3),
    ("normalize-space", Function::NormalizeSpace, 0, 1),
    ("today", Function::Today, 0, 0),
    ("date", Function::Date, 1, 1),
    ("format-date", Function::FormatDate, 2, 2),
    ("decimal-date-time", Function::DecimalDateTime, 1, 1),
    ("count", Function::Count, 1, MANY),
    ("count-non-empty", Function::CountNonEmpty, 1, MANY),
    ("position", Function::Position, 0, 1),
    ("last", Function::Last, 0, 0),
    ("indexed-repeat", Function::IndexedRepeat, 3, 7),
];

/// Functions of ODK and its relatives that exist but that this engine does not run, with what to write instead.
const KNOWN_ELSEWHERE: &[(&str, &str)] = &[
    ("now", "Use today() for the date."),
    (
        "random",
        "Questionnaires here leave nothing to chance; take the function out.",
    ),
    (
        "uuid",
        "Every record already has an identifier; take the function out.",
    ),
    (
        "randomize",
        "Choices are shown in the order of the sheet; take the function out.",
    ),
    (
        "pulldata",
        "Put the data on the choices sheet and use jr:choice-name.",
    ),
    ("instance", "Use jr:choice-name or a choice_filter."),
    ("format-date-time", "Use format-date with a date."),
    ("date-time", "Use date() with a date."),
    ("decimal-time", "Times of day are not asked here."),
    ("digest", "Take the function out."),
    ("upper-case", "Use translate(x, 'abc…', 'ABC…')."),
    ("lower-case", "Use translate(x, 'ABC…', 'abc…')."),
    ("trim", "Use normalize-space()."),
    ("checklist", "Count with count-selected() or a sum of conditions."),
    ("weighted-checklist", "Add the weights with if()."),
    ("area", "Places on a map are not asked here."),
    ("distance", "Places on a map are not asked here."),
    ("geofence", "Places on a map are not asked here."),
    ("intersects", "Places on a map are not asked here."),
    ("base64-decode", "Take the function out."),
    ("jr:itext", "Write the text itself, or use jr:choice-name."),
    (
        "difference-in-months",
        "Divide the difference of two dates by 30.44.",
    ),
    ("pi", "Write 3.14159265358979."),
    ("sin", "Angles are not worked out here."),
    ("cos", "Angles are not worked out here."),
    ("tan", "Angles are not worked out here."),
    ("asin", "Angles are not worked out here."),
    ("acos", "Angles are not worked out here."),
    ("atan", "Angles are not worked out here."),
    ("atan2", "Angles are not worked out here."),
    ("log", "Logarithms are not worked out here."),
    ("log10", "Logarithms are not worked out here."),
    ("exp", "Use pow(2.718281828459045, x)."),
    ("exp10", "Use pow(10, x)."),
    ("name", "Write the name in quotation marks."),
    ("local-name", "Write the name in quotation marks."),
    ("namespace-uri", "Take the function out."),
    ("lang", "Take the function out."),
    ("id", "Write `${name}`."),
    ("choice-label", "Use jr:choice-name(value, '${question}')."),
    ("index", "Use position(..)."),
];

/// Finds a function by name and checks the number of its arguments; otherwise message and remedy.
pub(crate) fn find(name: &str, argument_count: usize) -> Result<Function, (&'static str, String, String)> {
    let Some((_, function, least, greatest)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
        return Err(unknown(name));
    };
    if (*least..=*greatest).contains(&argument_count) {
        return Ok(*function);
    }
    let wanted = match (least, greatest) {
        (least, greatest) if least == greatest => format!("{least}"),
        (least, &MANY) => format!("at least {least}"),
        (least, greatest) => format!("{least} to {greatest}"),
    };
    Err((
        "expression.wrong_arguments",
        format!("The function {name}() takes {wanted} arguments and is given {argument_count}."),
        "Check the commas and brackets.".to_owned(),
    ))
}

fn unknown(name: &str) -> (&'static str, String, String) {
    if let Some((_, instead)) = KNOWN_ELSEWHERE.iter().find(|(known, _)| *known == name) {
        let message = format!("The function {name}() is not supported.");
        return ("expression.unsupported_function", message, (*instead).to_owned());
    }
    let remedy = match nearest(name, FUNCTIONS.iter().map(|(known, ..)| *known)) {
        Some(known) => format!("Did you mean {known}()?"),
        None => "See the guide for the functions that exist.".to_owned(),
    };
    (
        "expression.unknown_function",
        format!("There is no function {name}()."),
        remedy,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_function_names_the_nearest_known_one() {
        let (code, _, remedy) = find("selectd", 2).unwrap_err();
        assert_eq!(
            (code, remedy.as_str()),
            ("expression.unknown_function", "Did you mean selected()?")
        );
        assert_eq!(
            find("pulldata", 4).unwrap_err().0,
            "expression.unsupported_function"
        );
        assert_eq!(find("if", 2).unwrap_err().0, "expression.wrong_arguments");
    }
}

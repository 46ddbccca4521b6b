//! Questionnaires written as XLSForm spreadsheets: read, checked, evaluated and paged; knows nothing of who answers.

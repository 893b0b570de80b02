//! What language 2 says of every mistake, and where. Each room of the language has a table of cases and a golden file.

#![cfg(test)]

mod language_2_mistakes {
    mod comparison;
    mod condition;
    mod file;
    mod golden;
    mod literal;
    mod newcomer;
    mod rule;
    mod schema;
    mod time;
    mod whole;
}

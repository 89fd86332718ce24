//! For the tests of every crate: an in-process client that fills in real forms and checks each JSON
//! reply against the OpenAPI document.

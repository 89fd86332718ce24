//! Tests of the public front, the form and the API of reports, over a real store.

mod api;
mod form;
mod hostile;
mod portal;
mod support;
mod sweeping;

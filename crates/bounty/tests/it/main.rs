//! Tests of the public front, the form and the API of reports, over a real store.

mod abuse;
mod api;
mod drafts;
mod form;
mod hostile;
mod pages;
mod portal;
mod saving;
mod support;
mod sweeping;

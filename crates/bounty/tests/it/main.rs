//! Tests of the public front, the form and the API of reports, over a real store.

mod abuse;
mod api;
mod by_mail;
mod drafts;
mod form;
mod hostile;
mod in_account;
mod pages;
mod portal;
mod programmes;
mod saving;
mod support;
mod sweeping;

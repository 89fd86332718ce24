//! A calendar between the store and the fields of its form.

use super::store::Named;
use domain::calendar::{Calendar, Date, Plan, Week, Weekday, Zone};
use domain::case::Refused;
use std::collections::BTreeMap;
use web::{Fields, Form};

/// What a new calendar begins with: an office week.
pub(super) fn blank() -> Form {
    let mut fields = Fields::default();
    fields.set("zone", "UTC");
    for day in Weekday::ALL.iter().take(5) {
        fields.set(day.as_str(), "09:00-17:00");
    }
    Form::of(fields)
}

/// A stored calendar as its form shows it.
pub(super) fn of(named: &Named, version: i64) -> Form {
    let plan = named.calendar.plan();
    let mut fields = Fields::default();
    fields.set("name", named.name.clone());
    fields.set("zone", plan.zone.name());
    for day in Weekday::ALL {
        fields.set(day.as_str(), plan.week.typed(*day));
    }
    let holidays: Vec<String> =
        plan.holidays.iter().map(|(date, name)| format!("{date} {name}").trim_end().to_owned()).collect();
    fields.set("holidays", holidays.join("\n"));
    fields.set("version", version.to_string());
    Form::of(fields)
}

/// The calendar that was typed; else the form holds what is wrong, beside the field it is wrong in.
pub(super) fn read(form: &mut Form) -> Option<Named> {
    let mut week = Week::default();
    for day in Weekday::ALL {
        let typed = form.value(day.as_str()).to_owned();
        if let Err(error) = week.set(*day, &typed) {
            form.refuse(day.as_str(), format!("{}: {error}", day.label()));
        }
    }
    let zone = match form.value("zone").parse::<Zone>() {
        Ok(zone) => Some(zone),
        Err(error) => {
            form.refuse("zone", error.to_string());
            None
        }
    };
    let holidays = holidays(form);
    let name = form.required("name", "Give the calendar a name");
    let (zone, true) = (zone?, form.ok()) else { return None };
    let plan = Plan { zone, week, holidays };
    let made = plan
        .check_holidays()
        .map_err(|error| Refused::invalid("holidays", error.to_string()))
        .and_then(|()| Calendar::try_from(plan).map_err(|error| Refused::invalid("monday", error.to_string())))
        .and_then(|calendar| Named::new(&name, calendar));
    match made {
        Ok(named) => Some(named),
        Err(Refused::Invalid { field, message }) => {
            form.refuse(&field, message);
            None
        }
        Err(_) => None,
    }
}

/// One a line: the day, then what it is called.
fn holidays(form: &mut Form) -> BTreeMap<Date, String> {
    let typed = form.value("holidays").to_owned();
    let mut holidays = BTreeMap::new();
    for (number, line) in (1..).zip(typed.lines()) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let (day, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match day.parse::<Date>() {
            Ok(day) if holidays.contains_key(&day) => {
                form.refuse("holidays", format!("Line {number}: {day} stands above already. Keep one of the two"));
                break;
            }
            Ok(day) => {
                holidays.insert(day, name.trim().to_owned());
            }
            Err(error) => {
                form.refuse("holidays", format!("Line {number}: {error}"));
                break;
            }
        }
    }
    holidays
}

#[cfg(test)]
mod tests {
    use super::{blank, of, read};
    use web::Form;

    fn typed(pairs: &[(&str, &str)]) -> Form {
        let mut fields = blank().fields().clone();
        for (name, value) in pairs {
            fields.set(name, *value);
        }
        Form::of(fields)
    }

    #[test]
    fn what_was_typed_comes_back() {
        let mut form = typed(&[
            ("name", "Berlin office"),
            ("zone", "Europe/Berlin"),
            ("holidays", "2026-12-25 Christmas\n\n2026-01-01"),
        ]);
        let named = read(&mut form).unwrap();
        let again = of(&named, 3);
        assert_eq!(again.value("holidays"), "2026-01-01\n2026-12-25 Christmas");
        assert_eq!((again.value("monday"), again.value("sunday"), again.value("version")), ("09:00-17:00", "", "3"));
    }

    #[test]
    fn each_fault_stands_beside_its_field() {
        let faults =
            [("zone", "Berlin"), ("tuesday", "22:00-06:00"), ("holidays", "2026-12-25\nChristmas"), ("name", "")];
        for (field, value) in faults {
            let mut form = typed(&[("name", "Office"), (field, value)]);
            assert!(read(&mut form).is_none());
            assert!(form.error(field).is_some(), "{field}: {:?}", form.errors());
        }
        let long = format!("2026-12-25 {}", "x".repeat(101));
        let many: Vec<String> = (0..401).map(|n| format!("{}-01-{:02}", 1900 + n / 20, 1 + n % 20)).collect();
        for holidays in ["2026-12-25 Christmas\n2026-12-25 Yule", "2026-12-25 Christmas\tday", &long, &many.join("\n")]
        {
            let mut form = typed(&[("name", "Office"), ("holidays", holidays)]);
            assert!(read(&mut form).is_none(), "{holidays}");
            assert!(form.error("holidays").is_some() && form.error("monday").is_none(), "{:?}", form.errors());
        }
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday"].map(|day| (day, ""));
        let mut closed = typed(&[&[("name", "Never")], &days[..]].concat());
        assert!(read(&mut closed).is_none() && closed.error("monday").is_some());
    }
}

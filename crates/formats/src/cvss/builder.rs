//! A vector in the making, as a form fills it.

use super::error::CvssError;
use super::metric::{Version, metrics};
use super::vector::{ABSENT, MAX_METRICS, Vector, missing, place_of};

/// Values chosen so far. [`metrics`] gives what can be chosen.
#[derive(Clone, Debug)]
pub struct Builder {
    version: Version,
    places: [u8; MAX_METRICS],
}

impl Builder {
    /// Nothing chosen yet.
    pub const fn new(version: Version) -> Self {
        Self { version, places: [ABSENT; MAX_METRICS] }
    }

    /// Goes on from a vector.
    pub const fn from_vector(vector: &Vector) -> Self {
        Self { version: vector.version, places: vector.places }
    }

    /// Chooses a value; a value chosen before is replaced. In errors `at` is 0: there is no text yet.
    pub fn set(&mut self, code: &str, value: &str) -> Result<&mut Self, CvssError> {
        let Some(place) = place_of(self.version, code) else {
            return Err(CvssError::UnknownMetric { at: 0, code: code.to_owned(), version: self.version, hint: "" });
        };
        let metric = &metrics(self.version)[place];
        let found = metric.values.iter().position(|v| v.code == value).and_then(|p| u8::try_from(p).ok());
        let Some(found) = found else {
            let legal: Vec<_> = metric.values.iter().map(|v| v.code).collect();
            let (legal, value) = (legal.join(", "), value.to_owned());
            return Err(CvssError::UnknownValue { at: 0, metric: metric.code, value, legal });
        };
        self.places[place] = found;
        Ok(self)
    }

    /// Takes a choice back.
    pub fn unset(&mut self, code: &str) -> &mut Self {
        if let Some(place) = place_of(self.version, code) {
            self.places[place] = ABSENT;
        }
        self
    }

    /// Base metrics that nobody has chosen yet, in order.
    pub fn missing(&self) -> Vec<&'static str> {
        missing(self.version, &self.places)
    }

    /// The vector, once every base metric has a value.
    pub fn build(&self) -> Result<Vector, CvssError> {
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(CvssError::Missing { missing });
        }
        Ok(Vector { version: self.version, places: self.places })
    }
}

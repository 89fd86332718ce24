//! The keys of the store: a few for the house, one for each case and each person, all wrapped under
//! the master key in the table `keys`. Destroying a row of that table is what erasure means.

use crate::{DbError, Tx, execute, fetch_all, fetch_optional, later, stmt};
use domain::{Ambient, CaseId, KeyId, PersonId};
use seal::recovery::RecoveryPublic;
use seal::{DataKey, KeyKind, MasterId, MasterKey};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Unwrapped case and person keys kept in memory.
const CACHED: usize = 4096;

/// The master key in use and, while a rotation is under way, the ones before it.
pub struct Masters {
    /// Wraps every new key.
    pub current: MasterKey,
    /// Still wrap keys that the rotation has not reached.
    pub older: Vec<MasterKey>,
}

impl Masters {
    /// One master key, no rotation under way.
    pub fn one(current: MasterKey) -> Self {
        Self { current, older: Vec::new() }
    }

    /// Opens a wrapped key that is not in a store yet: `sealed` is the fingerprint of its master key and
    /// the wrapped bytes.
    pub(crate) fn unwrap(&self, id: Uuid, kind: i64, sealed: (&[u8], &[u8])) -> Result<DataKey, DbError> {
        let (master, wrapped) = (sealed.0.to_vec(), sealed.1.to_vec());
        let row = KeyRow { id, kind, owner: Uuid::nil(), master, wrapped };
        let kind = kind_of(&row)?;
        unwrap(self, &row, kind)
    }

    fn by_id(&self, id: &[u8]) -> Option<&MasterKey> {
        std::iter::once(&self.current).chain(&self.older).find(|m| m.id().0 == id)
    }
}

/// Unwraps keys and remembers some of them.
pub struct Keyring {
    masters: Masters,
    ambient: Ambient,
    index: Arc<DataKey>,
    token: Arc<DataKey>,
    house: Arc<DataKey>,
    cache: Mutex<HashMap<(i64, Uuid), Arc<DataKey>>>,
}

/// Columns of `keys` that a list joins, by `keys.kind` and `keys.owner`, to what it reads.
#[derive(Debug, Clone)]
pub struct JoinedKey {
    /// `keys.id`.
    pub id: Uuid,
    /// `keys.master`.
    pub master: Vec<u8>,
    /// `keys.wrapped`.
    pub wrapped: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    id: Uuid,
    kind: i64,
    owner: Uuid,
    master: Vec<u8>,
    wrapped: Vec<u8>,
}

impl Keyring {
    /// Opens the house's keys, making them in a new store.
    pub(crate) async fn open(tx: &mut Tx, masters: Masters, ambient: &Ambient) -> Result<Self, DbError> {
        check_master(tx, &masters).await?;
        let index = house_key(tx, &masters, ambient, KeyKind::Index).await?;
        let token = house_key(tx, &masters, ambient, KeyKind::Token).await?;
        let house = house_key(tx, &masters, ambient, KeyKind::House).await?;
        let cache = Mutex::new(HashMap::new());
        Ok(Self { masters, ambient: ambient.clone(), index, token, house, cache })
    }

    /// HMAC key of search terms and look-up columns.
    pub fn index(&self) -> &Arc<DataKey> {
        &self.index
    }

    /// HMAC key of return codes, API tokens, sessions and links.
    pub fn token(&self) -> &Arc<DataKey> {
        &self.token
    }

    /// Seals what belongs to no case and no person: settings, jobs, programmes.
    pub fn house(&self) -> &Arc<DataKey> {
        &self.house
    }

    /// Fingerprint of the master key in use.
    pub fn master_id(&self) -> MasterId {
        self.masters.current.id()
    }

    /// The master key in use, sealed for whoever holds the recovery words.
    pub fn seal_recovery(&self, words: &RecoveryPublic) -> Result<Vec<u8>, DbError> {
        Ok(seal::recovery::seal_master(words, &self.masters.current, self.ambient.random.as_ref())?)
    }

    /// The key of a case; `None` after its erasure.
    pub async fn case(&self, tx: &mut Tx, id: CaseId) -> Result<Option<Arc<DataKey>>, DbError> {
        self.find(tx, KeyKind::Case, id.uuid()).await
    }

    /// The key of a person; `None` after their erasure.
    pub async fn person(&self, tx: &mut Tx, id: PersonId) -> Result<Option<Arc<DataKey>>, DbError> {
        self.find(tx, KeyKind::Person, id.uuid()).await
    }

    /// The key of a case, or the house's for what is about none; `None` after the erasure of the case.
    pub async fn of(&self, tx: &mut Tx, case: Option<CaseId>) -> Result<Option<Arc<DataKey>>, DbError> {
        match case {
            Some(case) => self.case(tx, case).await,
            None => Ok(Some(self.house().clone())),
        }
    }

    /// Makes the key of a new case, person or log epoch.
    pub async fn create(&self, tx: &mut Tx, kind: KeyKind, owner: Uuid) -> Result<Arc<DataKey>, DbError> {
        let key = DataKey::generate(self.ambient.random.as_ref());
        insert(tx, &self.masters.current, &self.ambient, (kind, owner), &key).await?;
        Ok(Arc::new(key))
    }

    /// Reads and unwraps a key; does not make one.
    pub async fn find(&self, tx: &mut Tx, kind: KeyKind, owner: Uuid) -> Result<Option<Arc<DataKey>>, DbError> {
        let place = (kind.as_i64(), owner);
        if let Some(key) = self.cached().get(&place) {
            return Ok(Some(key.clone()));
        }
        let Some(key) = read(tx, &self.masters, kind, owner).await? else { return Ok(None) };
        let key = Arc::new(key);
        self.remember(place, &key);
        Ok(Some(key))
    }

    /// Unwraps a key whose row a list query has joined: no further query.
    pub fn joined(&self, (kind, owner): (KeyKind, Uuid), joined: &JoinedKey) -> Result<Arc<DataKey>, DbError> {
        let place = (kind.as_i64(), owner);
        if let Some(key) = self.cached().get(&place) {
            return Ok(key.clone());
        }
        let JoinedKey { id, master, wrapped } = joined.clone();
        let row = KeyRow { id, kind: kind.as_i64(), owner, master, wrapped };
        let key = Arc::new(unwrap(&self.masters, &row, kind)?);
        self.remember(place, &key);
        Ok(key)
    }

    fn remember(&self, place: (i64, Uuid), key: &Arc<DataKey>) {
        let mut cache = self.cached();
        if cache.len() >= CACHED {
            cache.clear();
        }
        cache.insert(place, key.clone());
    }

    /// Destroys a key: what it sealed cannot be read again.
    pub(crate) async fn destroy(&self, tx: &mut Tx, kind: KeyKind, owner: Uuid) -> Result<bool, DbError> {
        let gone = execute!(tx, stmt!("DELETE FROM keys WHERE kind = $1 AND owner = $2"), kind.as_i64(), owner)?;
        self.cached().remove(&(kind.as_i64(), owner));
        Ok(gone > 0)
    }

    /// Drops a key from memory. After the commit of an erasure: until then a reader of an older snapshot
    /// may have put it back.
    pub(crate) fn forget(&self, kind: KeyKind, owner: Uuid) {
        self.cached().remove(&(kind.as_i64(), owner));
    }

    /// Rewraps up to `limit` keys that an older master key still wraps; gives how many. Call until 0.
    pub async fn rewrap(&self, tx: &mut Tx, limit: i64) -> Result<usize, DbError> {
        let current = self.masters.current.id().0.to_vec();
        let rows = fetch_all!(
            tx,
            KeyRow,
            stmt!("SELECT id, kind, owner, master, wrapped FROM keys WHERE master <> $1 ORDER BY id LIMIT $2"),
            current.clone(),
            limit
        )?;
        for row in &rows {
            let kind = kind_of(row)?;
            let key = unwrap(&self.masters, row, kind)?;
            let wrapped = key.wrap(&self.masters.current, KeyId::from_uuid(row.id), kind, self.ambient.random.as_ref());
            execute!(
                tx,
                stmt!("UPDATE keys SET master = $1, wrapped = $2 WHERE id = $3"),
                current.clone(),
                wrapped,
                row.id
            )?;
        }
        Ok(rows.len())
    }

    fn cached(&self) -> std::sync::MutexGuard<'_, HashMap<(i64, Uuid), Arc<DataKey>>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses to start with a master key that opens nothing here.
async fn check_master(tx: &mut Tx, masters: &Masters) -> Result<(), DbError> {
    let wrapped_by = fetch_all!(tx, (Vec<u8>,), stmt!("SELECT DISTINCT master FROM keys LIMIT 16"))?;
    for (id,) in wrapped_by {
        if masters.by_id(&id).is_none() {
            return Err(DbError::WrongMaster { wanted: hex(&id), got: masters.current.id().to_string() });
        }
    }
    Ok(())
}

async fn house_key(tx: &mut Tx, masters: &Masters, ambient: &Ambient, kind: KeyKind) -> Result<Arc<DataKey>, DbError> {
    if let Some(key) = read(tx, masters, kind, Uuid::nil()).await? {
        return Ok(Arc::new(key));
    }
    let key = DataKey::generate(ambient.random.as_ref());
    insert(tx, &masters.current, ambient, (kind, Uuid::nil()), &key).await?;
    Ok(Arc::new(key))
}

async fn insert(
    tx: &mut Tx,
    master: &MasterKey,
    ambient: &Ambient,
    (kind, owner): (KeyKind, Uuid),
    key: &DataKey,
) -> Result<(), DbError> {
    let id: KeyId = ambient.id();
    let wrapped = key.wrap(master, id, kind, ambient.random.as_ref());
    later!(
        tx,
        stmt!("INSERT INTO keys (id, kind, owner, master, wrapped, created_at) VALUES ($1, $2, $3, $4, $5, $6)"),
        id.uuid(),
        kind.as_i64(),
        owner,
        master.id().0.to_vec(),
        wrapped,
        ambient.now().micros()
    )
}

async fn read(tx: &mut Tx, masters: &Masters, kind: KeyKind, owner: Uuid) -> Result<Option<DataKey>, DbError> {
    let row = fetch_optional!(
        tx,
        KeyRow,
        stmt!("SELECT id, kind, owner, master, wrapped FROM keys WHERE kind = $1 AND owner = $2"),
        kind.as_i64(),
        owner
    )?;
    row.map(|row| unwrap(masters, &row, kind)).transpose()
}

fn unwrap(masters: &Masters, row: &KeyRow, kind: KeyKind) -> Result<DataKey, DbError> {
    let master = masters
        .by_id(&row.master)
        .ok_or_else(|| DbError::WrongMaster { wanted: hex(&row.master), got: masters.current.id().to_string() })?;
    Ok(DataKey::unwrap(master, KeyId::from_uuid(row.id), kind, &row.wrapped)?)
}

fn kind_of(row: &KeyRow) -> Result<KeyKind, DbError> {
    KeyKind::from_i64(row.kind)
        .ok_or_else(|| DbError::Inconsistent(format!("key {} of {} has kind {}", row.id, row.owner, row.kind)))
}

/// Lower-case hexadecimal, for fingerprints in messages.
pub(crate) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

package ledger

import (
	"fmt"
	"time"

	"docket/app/desk"
)

// PutBlob notes that the bytes of a file are whole and in place, and that this
// person sent them.
func (tx *Tx) PutBlob(b Blob, p desk.PersonID) error {
	if !b.Hash.ValidHash() || b.Size < 0 {
		return &desk.Error{Code: desk.CodeInvalid, Field: "hash", Message: "The file has no valid name.", Hint: "Attach it again."}
	}
	if _, err := tx.exec("INSERT INTO blobs (hash, size, type) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING",
		string(b.Hash), b.Size, b.Type); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	if _, err := tx.exec("DELETE FROM doomed_files WHERE hash = ?", string(b.Hash)); err != nil { // it came anew
		return fmt.Errorf("keep file: %w", err)
	}
	if p == "" {
		return nil
	}
	if _, err := tx.exec("INSERT INTO blob_senders (hash, person) VALUES (?, ?) ON CONFLICT (hash, person) DO NOTHING",
		string(b.Hash), string(p)); err != nil {
		return fmt.Errorf("write sender: %w", err)
	}
	return nil
}

// Blob tells what is known of a file whose bytes are whole. It says nothing
// about who may read it.
func (tx *Tx) Blob(h desk.BlobHash) (Blob, bool, error) {
	b := Blob{Hash: h}
	ok, err := tx.one("SELECT size, type FROM blobs WHERE hash = ?", []any{string(h)}, &b.Size, &b.Type)
	return b, ok, err
}

// CanReadBlob reports whether an entry of the ticket that the person may read
// carries the file. Whether they may read the ticket is asked elsewhere.
func (tx *Tx) CanReadBlob(p desk.PersonID, h desk.BlobHash, id desk.TicketID, customer bool) (bool, error) {
	if !customer {
		return tx.one("SELECT 1 FROM entry_files WHERE hash = ? AND ticket = ? LIMIT 1", []any{string(h), string(id)}, new(int))
	}
	begins, err := tx.beginsFor(p, id)
	if err != nil {
		return false, err
	}
	return tx.one("SELECT 1 FROM entry_files WHERE hash = ? AND ticket = ? AND public_seq >= ? LIMIT 1", []any{string(h), string(id), int64(begins)}, new(int))
}

// MayUse reports whether the person may attach the file to the ticket: they
// sent its bytes themselves, or the ticket holds it already in their audience.
// Knowing a hash is not having the file.
func (tx *Tx) MayUse(p desk.PersonID, h desk.BlobHash, id desk.TicketID, customer bool) (bool, error) {
	all, err := tx.alsoOf(p)
	if err != nil {
		return false, err
	}
	for _, p := range all {
		sent, err := tx.one("SELECT 1 FROM blob_senders WHERE hash = ? AND person = ?", []any{string(h), string(p)}, new(int))
		if err != nil || sent {
			return sent, err
		}
	}
	return tx.CanReadBlob(p, h, id, customer)
}

// complete refuses entries whose files are not on the server in full.
func (tx *Tx) complete(entries []desk.Entry) error {
	for _, e := range entries {
		if err := tx.arrived(e.Files); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) arrived(files []desk.Attachment) error {
	for _, f := range files {
		b, ok, err := tx.Blob(f.Hash)
		if err != nil {
			return fmt.Errorf("look up file: %w", err)
		}
		if !ok || b.Size != f.Size {
			return (&desk.Error{
				Code: desk.CodeInvalid, Field: "files",
				Message: "The file “{name}” has not arrived in full, so the message was not sent.",
				Hint:    "Attach it again and send.",
			}).With("name", f.Name)
		}
	}
	return nil
}

func (tx *Tx) linkFiles(id desk.TicketID, entries []desk.Entry) error {
	for _, e := range entries {
		for _, f := range e.Files {
			if _, err := tx.put(`INSERT INTO entry_files (hash, ticket, seq, public_seq) VALUES (?, ?, ?, ?)
				ON CONFLICT (hash, ticket, seq) DO NOTHING`, string(f.Hash), string(id), int64(e.Seq), int64(e.PublicSeq)); err != nil {
				return fmt.Errorf("link file: %w", err)
			}
		}
	}
	return nil
}

// UnusedBlob reports whether no entry and no article carries the file.
func (tx *Tx) UnusedBlob(h desk.BlobHash) (bool, error) {
	used, err := tx.one("SELECT 1 FROM entry_files WHERE hash = ? UNION ALL SELECT 1 FROM article_files WHERE hash = ? LIMIT 1", []any{string(h), string(h)}, new(int))
	return !used, err
}

// dropUnused forgets those of the files that nothing carries any more; their bytes
// go at the next upkeep.
func (tx *Tx) dropUnused(hashes []string) error {
	for _, h := range hashes {
		unused, err := tx.UnusedBlob(desk.BlobHash(h))
		if err != nil || !unused {
			if err != nil {
				return err
			}
			continue
		}
		for _, q := range []string{"DELETE FROM blob_senders WHERE hash = ?", "DELETE FROM uploads WHERE hash = ?", "DELETE FROM blobs WHERE hash = ?"} {
			if _, err := tx.exec(q, h); err != nil {
				return fmt.Errorf("forget file: %w", err)
			}
		}
		if _, err := tx.exec("INSERT INTO doomed_files (hash) VALUES (?) ON CONFLICT (hash) DO NOTHING", h); err != nil {
			return fmt.Errorf("doom file: %w", err)
		}
	}
	return nil
}

// UploadState gives a person's unfinished upload.
func (tx *Tx) UploadState(p desk.PersonID, h desk.BlobHash) (Upload, bool, error) {
	u := Upload{Person: p, Hash: h}
	var updated int64
	ok, err := tx.one("SELECT name, size, at_offset, updated FROM uploads WHERE person = ? AND hash = ?", []any{string(p), string(h)},
		&u.Name, &u.Size, &u.Offset, &updated)
	u.Updated = fromMillis(updated)
	return u, ok, err
}

// SetUpload notes how far an upload is.
func (tx *Tx) SetUpload(u Upload) error {
	if _, err := tx.exec(`INSERT INTO uploads (person, hash, name, size, at_offset, updated) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (person, hash) DO UPDATE SET name = excluded.name, size = excluded.size, at_offset = excluded.at_offset, updated = excluded.updated`,
		string(u.Person), string(u.Hash), u.Name, u.Size, u.Offset, millis(u.Updated)); err != nil {
		return fmt.Errorf("write upload: %w", err)
	}
	return nil
}

// DropUpload forgets an upload that ended.
func (tx *Tx) DropUpload(p desk.PersonID, h desk.BlobHash) error {
	if _, err := tx.exec("DELETE FROM uploads WHERE person = ? AND hash = ?", string(p), string(h)); err != nil {
		return fmt.Errorf("drop upload: %w", err)
	}
	return nil
}

// LargeBeside is how much a person's other unfinished uploads of files above the
// limit have.
func (tx *Tx) LargeBeside(p desk.PersonID, h desk.BlobHash) (n int64, err error) {
	_, err = tx.one("SELECT COALESCE(sum(size), 0) FROM uploads WHERE person = ? AND hash <> ? AND size > ?", []any{string(p), string(h), int64(desk.MaxAttachment)}, &n)
	return n, err
}

// LargeUploads lists the unfinished uploads of files above the limit that were
// announced after a time.
func (tx *Tx) LargeUploads(after time.Time) ([]Upload, error) {
	var out []Upload
	err := tx.each("SELECT person, hash FROM uploads WHERE size > ? AND updated >= ?", []any{int64(desk.MaxAttachment), millis(after)}, func(scan func(...any) error) error {
		var u Upload
		err := scan(&u.Person, &u.Hash)
		out = append(out, u)
		return err
	})
	return out, err
}

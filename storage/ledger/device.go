package ledger

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"docket/app/desk"
)

var noDevice = &desk.Error{
	Code: desk.CodeNotFound, Message: "This computer is not signed in.", Hint: "Sign in again.",
}

const deviceColumns = "SELECT id, person, name, created, last_seen, revoked, last_dseq FROM devices WHERE "

func scanDevice(d *desk.Device) (dest []any, done func()) {
	var created, seen, revoked int64
	return []any{&d.ID, &d.Person, &d.Name, &created, &seen, &revoked, &d.LastDSeq}, func() {
		d.Created, d.LastSeen, d.Revoked = fromMillis(created), fromMillis(seen), revoked != 0
	}
}

// Device gives a device, revoked or not, or desk.ErrNotFound.
func (tx *Tx) Device(id desk.DeviceID) (desk.Device, error) {
	if d, ok := tx.deviceNow(id); ok {
		return d, nil
	}
	d, err := tx.deviceBy(deviceColumns+"id = ?", string(id))
	if err == nil && tx.write {
		tx.now.devices[id] = d
	}
	return d, err
}

// DeviceByToken gives the device whose token has this SHA-256, or
// desk.ErrNotFound.
func (tx *Tx) DeviceByToken(sha256 []byte) (desk.Device, error) {
	if len(sha256) == 0 {
		return desk.Device{}, noDevice
	}
	return tx.deviceBy(deviceColumns+"token = ?", sha256)
}

func (tx *Tx) deviceBy(q string, key any) (desk.Device, error) {
	var d desk.Device
	dest, done := scanDevice(&d)
	ok, err := tx.one(q, []any{key}, dest...)
	if err != nil {
		return d, fmt.Errorf("read device: %w", err)
	}
	if !ok {
		return d, noDevice
	}
	done()
	return d, nil
}

// Reached reports whether a person has a computer that is signed in.
func (tx *Tx) Reached(p desk.PersonID) (bool, error) {
	found, err := tx.one("SELECT 1 FROM devices WHERE person = ? AND revoked = 0 LIMIT 1", []any{string(p)}, new(int))
	if err != nil {
		return false, fmt.Errorf("look for computers: %w", err)
	}
	return found, nil
}

// Devices gives everything the person ever signed in on, newest first.
func (tx *Tx) Devices(p desk.PersonID) ([]desk.Device, error) {
	var out []desk.Device
	err := tx.each(deviceColumns+"person = ? ORDER BY created DESC, id", []any{string(p)}, func(scan func(...any) error) error {
		var d desk.Device
		dest, done := scanDevice(&d)
		if err := scan(dest...); err != nil {
			return fmt.Errorf("read device: %w", err)
		}
		done()
		out = append(out, d)
		return nil
	})
	return out, err
}

// PutDevice signs a device in. One that was there keeps its command numbers,
// whatever d says of them, and cannot pass to another person.
func (tx *Tx) PutDevice(d desk.Device, tokenHash []byte) error {
	n, err := tx.exec(`INSERT INTO devices (id, person, name, created, last_seen, revoked, last_dseq, token) VALUES (?, ?, ?, ?, ?, 0, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, last_seen = excluded.last_seen, revoked = 0, token = excluded.token
		WHERE devices.person = excluded.person`,
		string(d.ID), string(d.Person), d.Name, millis(d.Created), millis(d.LastSeen), int64(d.LastDSeq), tokenHash)
	if err != nil {
		return fmt.Errorf("write device: %w", err)
	}
	if n == 0 {
		return &desk.Error{
			Code: desk.CodeForked, Message: "This computer's name belongs to another person here.",
			Hint: "The program takes a new name for this computer by itself.",
		}
	}
	// Nobody who is connected may see more or less because of it, so rights have
	// not moved: signing in must not have every session look again.
	return nil
}

// RevokeDevice signs a device out for good: its token is forgotten.
func (tx *Tx) RevokeDevice(id desk.DeviceID) error {
	n, err := tx.exec("UPDATE devices SET revoked = 1, token = ? WHERE id = ?", []byte("revoked "+rand.Text()), string(id))
	if err != nil {
		return fmt.Errorf("revoke device: %w", err)
	}
	if n == 0 {
		return noDevice
	}
	tx.rightsMoved()
	return nil
}

// Touch notes that a device was here.
func (tx *Tx) Touch(id desk.DeviceID, now time.Time) error {
	if _, err := tx.exec("UPDATE devices SET last_seen = ? WHERE id = ? AND last_seen < ?", millis(now), string(id), millis(now)); err != nil {
		return fmt.Errorf("touch device: %w", err)
	}
	return nil
}

// Result gives the receipt of a device's command number.
func (tx *Tx) Result(d desk.DeviceID, dseq uint64) (desk.Receipt, bool, error) {
	if err := tx.settle(); err != nil {
		return desk.Receipt{}, false, err
	}
	return tx.resultBy("SELECT body, sum FROM results WHERE device = ? AND dseq = ?", string(d), int64(dseq))
}

// ResultOf finds the receipt this command of this person got first, under any
// number of any device, also of those who go on as them.
func (tx *Tx) ResultOf(p desk.PersonID, cmd desk.CommandID) (r desk.Receipt, found bool, err error) {
	all, err := tx.alsoOf(p)
	for _, p := range all {
		if r, found = tx.held.ended[endedKey{p, cmd}]; found {
			return r, true, nil
		}
		r, found, err = tx.resultBy("SELECT body, sum FROM results WHERE command = ? AND person = ? LIMIT 1", string(cmd), string(p))
		if found || err != nil {
			return r, found, err
		}
	}
	return r, false, err
}

func (tx *Tx) resultBy(q string, args ...any) (desk.Receipt, bool, error) {
	var r desk.Receipt
	var body []byte
	var sum int64
	ok, err := tx.get(q, args, &body, &sum)
	if err != nil || !ok {
		return r, false, err
	}
	return r, true, tx.decode(body, sum, &r, "a result")
}

// Results gives a device's receipts from a number on, in order.
func (tx *Tx) Results(d desk.DeviceID, from uint64) ([]desk.Receipt, error) {
	var out []desk.Receipt
	err := tx.each("SELECT body, sum FROM results WHERE device = ? AND dseq >= ? ORDER BY dseq", []any{string(d), int64(from)},
		func(scan func(...any) error) error {
			var body []byte
			var sum int64
			if err := scan(&body, &sum); err != nil {
				return fmt.Errorf("read result: %w", err)
			}
			var r desk.Receipt
			if err := tx.decode(body, sum, &r, "a result"); err != nil {
				return err
			}
			out = append(out, r)
			return nil
		})
	return out, err
}

// SaveResult keeps how a command ended and spends the device's next number. A
// number that is not the next is refused: that is what makes commands happen
// once.
func (tx *Tx) SaveResult(d desk.DeviceID, dseq uint64, r desk.Receipt) error {
	body, err := tx.encode(r)
	if err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	dev, err := tx.Device(d)
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return fmt.Errorf("spend number: %w", err)
	}
	if err != nil || dseq == 0 || dseq != dev.LastDSeq+1 {
		return fmt.Errorf("result %d of device %s is not its next", dseq, d)
	}
	dev.LastDSeq = dseq
	tx.now.devices[d] = dev
	tx.holdResult(dev, r, body)
	return nil
}

package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"

	"docket/app/desk"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// crc is the sum kept beside stored bytes: a flipped bit in the file must not
// become a wrong word on somebody's screen.
func crc(b []byte) int64 { return int64(crc32.Checksum(b, castagnoli)) }

// laneState is a lane as this transaction will leave it.
type laneState struct {
	seq     uint64
	hash    []byte
	tickets int64
	moved   bool

	fromSeq  uint64 // where the transaction found it
	fromHash []byte
	told     []laneRow // since then
}

// laneRow is one row of a lane.
type laneRow struct {
	Seq     uint64
	Kind    desk.ItemKind
	Ticket  desk.TicketID
	Version uint64
	FromSeq uint64
	Read    uint64
	RefKind desk.RefKind
	RefID   string
	// Content is the digest of the bytes the row led to, first 16 bytes.
	Content []byte
}

// chain gives h of the row after h of the row before it.
func (r *laneRow) chain(before []byte) []byte {
	d := sha256.New()
	var n [8]byte
	num := func(v uint64) {
		binary.BigEndian.PutUint64(n[:], v)
		d.Write(n[:])
	}
	text := func(s string) {
		num(uint64(len(s)))
		d.Write([]byte(s))
	}
	text(string(r.Kind))
	text(string(r.Ticket))
	num(r.Version)
	num(r.FromSeq)
	num(r.Read)
	text(string(r.RefKind))
	text(r.RefID)
	text(string(r.Content))
	facts := d.Sum(nil)
	d.Reset()
	d.Write(before)
	num(r.Seq)
	d.Write(facts)
	return d.Sum(nil)[:16]
}

// digest is what a row's Content says of the bytes it led to.
func digest(parts ...[]byte) []byte {
	d := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		d.Write(n[:])
		d.Write(p)
	}
	return d.Sum(nil)[:16]
}

// takeLanes finds the lanes that this transaction has not got yet. One that
// never was begins at 0.
func (tx *Tx) takeLanes(lanes []desk.LaneID) error {
	if tx.lanes == nil {
		tx.lanes = map[desk.LaneID]*laneState{}
	}
	for _, id := range lanes {
		if tx.lanes[id] != nil {
			continue
		}
		st := &laneState{}
		if at, ok := tx.past.lane(id); ok {
			st.seq, st.hash, st.tickets = at.seq, at.hash, at.tickets
		} else if _, err := tx.get("SELECT seq, hash, tickets FROM lanes WHERE lane = ?", []any{string(id)},
			&st.seq, &st.hash, &st.tickets); err != nil {
			// Nobody else writes: whoever does has taken the one row of state first.
			return fmt.Errorf("take lane %s: %w", id, err)
		}
		st.fromSeq, st.fromHash = st.seq, st.hash
		tx.lanes[id] = st
	}
	return nil
}

// tell appends a row to a lane that was taken. The row reaches the database
// with the others of the transaction.
func (tx *Tx) tell(lane desk.LaneID, r laneRow) {
	st := tx.lanes[lane]
	st.seq++
	r.Seq = st.seq
	st.hash = r.chain(st.hash)
	st.moved = true
	if len(st.told) <= knownRows { // one too many says that there were more
		st.told = append(st.told, r)
	}
	tx.held.something = true
	tx.held.lanes = append(tx.held.lanes, string(lane), int64(r.Seq), string(r.Kind), string(r.Ticket), int64(r.Version), int64(r.FromSeq),
		int64(r.Read), string(r.RefKind), r.RefID, nonNil(r.Content), st.hash, millis(tx.at))
}

func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (tx *Tx) cursor(lane desk.LaneID, seq uint64, hash []byte) desk.Cursor {
	c := desk.Cursor{Lane: lane, Epoch: tx.l.epoch, Seq: seq}
	if seq > 0 {
		c.Hash = bytes.Clone(hash)
	}
	return c
}

// cursors are the heads of lanes this transaction has taken.
func (tx *Tx) cursors(lanes []desk.LaneID) []desk.Cursor {
	out := make([]desk.Cursor, 0, len(lanes))
	for _, id := range lanes {
		st := tx.lanes[id]
		out = append(out, tx.cursor(id, st.seq, st.hash))
	}
	return out
}

// Head is where the lane ends. A lane that never moved ends at 0.
func (tx *Tx) Head(lane desk.LaneID) (desk.Cursor, error) {
	c, _, err := tx.head(lane)
	return c, err
}

func (tx *Tx) head(lane desk.LaneID) (c desk.Cursor, tickets int64, err error) {
	if st := tx.lanes[lane]; st != nil {
		return tx.cursor(lane, st.seq, st.hash), st.tickets, nil
	}
	var seq uint64
	var hash []byte
	if _, err := tx.one("SELECT seq, hash, tickets FROM lanes WHERE lane = ?", []any{string(lane)}, &seq, &hash, &tickets); err != nil {
		return c, 0, fmt.Errorf("read head of %s: %w", lane, err)
	}
	return tx.cursor(lane, seq, hash), tickets, nil
}

// Heads is where each of the lanes ends.
func (tx *Tx) Heads(lanes []desk.LaneID) (map[desk.LaneID]desk.Cursor, error) {
	out := make(map[desk.LaneID]desk.Cursor, len(lanes))
	for _, id := range lanes {
		c, err := tx.Head(id)
		if err != nil {
			return nil, err
		}
		out[id] = c
	}
	return out, nil
}

// Trim forgets lane rows beyond the newest keep of their lane and those older
// than before, and moves the floors. A client below a floor takes a snapshot.
func (tx *Tx) Trim(lane desk.LaneID, keep uint64, before time.Time) (removed int64, err error) {
	if err := tx.takeLanes([]desk.LaneID{lane}); err != nil {
		return 0, err
	}
	st := tx.lanes[lane]
	var floor uint64
	if st.seq > keep {
		floor = st.seq - keep
	}
	var old *uint64
	if _, err := tx.one("SELECT max(seq) FROM lane_items WHERE lane = ? AND at < ?", []any{string(lane), millis(before)}, &old); err != nil {
		return 0, fmt.Errorf("find old rows of %s: %w", lane, err)
	}
	if old != nil {
		floor = max(floor, *old)
	}
	var hash []byte
	found, err := tx.one("SELECT hash FROM lane_items WHERE lane = ? AND seq = ?", []any{string(lane), int64(floor)}, &hash)
	if err != nil || !found {
		return 0, err // nothing at the floor: it is where it was
	}
	if _, err := tx.exec("UPDATE lanes SET floor = ?, floor_hash = ? WHERE lane = ?", int64(floor), hash, string(lane)); err != nil {
		return 0, fmt.Errorf("move floor of %s: %w", lane, err)
	}
	removed, err = tx.exec("DELETE FROM lane_items WHERE lane = ? AND seq <= ?", string(lane), int64(floor))
	if err != nil {
		return 0, fmt.Errorf("forget rows of %s: %w", lane, err)
	}
	return removed, nil
}

// Lanes lists every lane there is, sorted.
func (tx *Tx) Lanes() ([]desk.LaneID, error) {
	var out []desk.LaneID
	err := tx.each("SELECT lane FROM lanes ORDER BY lane", nil, func(scan func(...any) error) error {
		var id desk.LaneID
		if err := scan(&id); err != nil {
			return fmt.Errorf("read lane: %w", err)
		}
		out = append(out, id)
		return nil
	})
	return out, err
}

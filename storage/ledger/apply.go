package ledger

import (
	"errors"
	"fmt"
	"slices"

	"docket/app/desk"
	"docket/app/desk/access"
)

// Apply writes what a command did and gives the ticket as it was written and
// the lanes that moved, sorted, at their new heads. The change must follow on
// what the ledger holds; that it does not is a fault, since commands are
// decided inside this transaction. A file that is not complete on the server is
// desk.ErrInvalid.
func (tx *Tx) Apply(ch desk.Change, actor desk.PersonID) (desk.Ticket, []desk.Cursor, error) {
	t := ch.Ticket
	if !tx.write {
		return t, nil, errReadOnly
	}
	before, err := tx.before(t.ID)
	if err != nil {
		return t, nil, fmt.Errorf("read ticket before: %w", err)
	}
	var lanes []desk.LaneID
	if !ch.HeadSame {
		if lanes, err = tx.change(&t, ch.Entries, before); err != nil {
			return t, nil, err
		}
	} else if before == nil {
		return t, nil, access.NotFound()
	}
	for _, id := range ch.Calls {
		if err := tx.CallEnds(id, t.ID); err != nil {
			return t, nil, err
		}
	}
	if ch.Counts != nil {
		if err := tx.putStanding(*ch.Counts); err != nil {
			return t, nil, fmt.Errorf("put standing: %w", err)
		}
	}
	if ch.ReadUpTo > 0 {
		lane, err := tx.markRead(actor, t.ID, ch.ReadUpTo)
		if err != nil {
			return t, nil, err
		}
		lanes = append(lanes, lane)
	}
	for _, f := range ch.Follows {
		lane, err := tx.follow(actor, f)
		if err != nil {
			return t, nil, err
		}
		lanes = append(lanes, lane)
	}
	slices.Sort(lanes)
	lanes = slices.DeleteFunc(slices.Compact(lanes), func(lane desk.LaneID) bool { return tx.lanes[lane] == nil })
	return t, tx.cursors(lanes), nil
}

// change writes head, entries, files and lanes, and gives the lanes that moved.
func (tx *Tx) change(t *desk.Ticket, entries []desk.Entry, before *known) ([]desk.LaneID, error) {
	if err := follows(t, entries, before); err != nil {
		return nil, err
	}
	if err := tx.number(t, before); err != nil {
		return nil, err
	}
	if err := tx.complete(entries); err != nil {
		return nil, err
	}
	w := written{t: t, entries: entries, before: before}
	if err := tx.writeStaff(&w); err != nil {
		return nil, err
	}
	if err := tx.writeCustomer(&w); err != nil {
		return nil, err
	}
	if before != nil && !t.FilesGone.Equal(before.filesGone) {
		if err := tx.unlinkFiles(t.ID); err != nil {
			return nil, err
		}
	}
	if err := tx.linkFiles(t.ID, entries); err != nil {
		return nil, err
	}
	after := tx.know(t, w.head)
	var was known
	if before != nil {
		was = *before
	}
	if err := tx.queue(was.spot, after.spot); err != nil {
		return nil, err
	}
	if err := tx.outage(was.outage, after.outage); err != nil {
		return nil, err
	}
	if err := tx.countTags(was.tags, after.tags); err != nil {
		return nil, err
	}
	if err := tx.replied(&w); err != nil {
		return nil, err
	}
	if err := tx.awaits(was.awaited, after.awaited); err != nil {
		return nil, err
	}
	if err := tx.plans(was.planned, after.planned); err != nil {
		return nil, err
	}
	lanes, err := tx.moveLanes(&w, after)
	if err != nil {
		return lanes, err
	}
	if before != nil {
		if slices.ContainsFunc(before.lanes, func(lane desk.LaneID) bool { return !slices.Contains(after.lanes, lane) }) {
			ended, err := tx.endFollows(t)
			return append(lanes, ended...), err
		}
		return lanes, nil
	}
	return lanes, tx.use(t)
}

// follows reports whether the change is the next of its ticket.
func follows(t *desk.Ticket, entries []desk.Entry, before *known) error {
	var b known
	if before != nil {
		b = *before
		if t.Version != b.version+1 {
			return fmt.Errorf("change of %s makes version %d of %d", t.ID, t.Version, b.version)
		}
		if t.Number != 0 && t.Number != b.number {
			return fmt.Errorf("change of %s gives it another number", t.ID)
		}
	}
	if t.ID == "" || t.Version == 0 {
		return errors.New("change of a ticket without an id or version")
	}
	if t.PublicVersion < b.publicVersion || t.PublicVersion > b.publicVersion+1 && before != nil {
		return fmt.Errorf("change of %s makes public version %d of %d", t.ID, t.PublicVersion, b.publicVersion)
	}
	seq, public := b.lastSeq, b.publicSeq
	for _, e := range entries {
		seq++
		if e.Ticket != t.ID || e.Seq != seq {
			return fmt.Errorf("change of %s has entry %d where %d follows", t.ID, e.Seq, seq)
		}
		if _, shown := access.CustomerEntry(e); !shown {
			continue
		}
		public++
		if e.PublicSeq != public {
			return fmt.Errorf("change of %s has public entry %d where %d follows", t.ID, e.PublicSeq, public)
		}
	}
	if t.LastSeq != seq || t.PublicSeq != public {
		return fmt.Errorf("head of %s ends at %d/%d and its entries at %d/%d", t.ID, t.LastSeq, t.PublicSeq, seq, public)
	}
	if public > b.publicSeq && t.PublicVersion == b.publicVersion {
		return fmt.Errorf("change of %s adds public entries to the same public version", t.ID)
	}
	return nil
}

// number gives a new ticket the next number. One that brings its own, from
// another system, moves the counter past it.
func (tx *Tx) number(t *desk.Ticket, before *known) error {
	switch {
	case before != nil:
		t.Number = before.number
	case t.Number == 0:
		tx.state.number++
		t.Number = desk.Number(tx.state.number)
		tx.dirty = true
	default:
		taken, err := tx.one("SELECT 1 FROM staff_heads WHERE number = ? UNION SELECT 1 FROM purged WHERE number = ?", []any{int64(t.Number), int64(t.Number)}, new(int))
		if err != nil {
			return fmt.Errorf("look up number: %w", err)
		}
		if taken {
			return (&desk.Error{
				Code: desk.CodeConflict, Field: "number",
				Message: "The number {number} belongs to another ticket.", Hint: "Import it without a number.",
			}).With("number", t.Number)
		}
		if n := int64(t.Number); n > tx.state.number {
			tx.state.number, tx.dirty = n, true
		}
	}
	return nil
}

// written is a change on its way into the tables.
type written struct {
	t       *desk.Ticket
	entries []desk.Entry
	before  *known
	head    []byte // staff's
	// what the rows of staff's and customers' lanes say
	staff, customer         []byte
	staffFrom, customerFrom uint64
	publicMoved             bool
}

func (tx *Tx) writeStaff(w *written) error {
	head, err := tx.encode(w.t)
	if err != nil {
		return fmt.Errorf("encode head: %w", err)
	}
	parts, rows, size := [][]byte{head}, []any(nil), 0
	for i := range w.entries {
		e := &w.entries[i]
		b, err := tx.encode(e)
		if err != nil {
			return fmt.Errorf("encode entry: %w", err)
		}
		parts, size = append(parts, b), size+len(b)
		rows = append(rows, string(e.Ticket), int64(e.Seq), int64(e.PublicSeq), b, crc(b))
	}
	t := w.t
	r := headRow{
		a: staff, t: t, fresh: w.before == nil, version: t.Version, lastSeq: t.LastSeq,
		publicVersion: t.PublicVersion, publicSeq: t.PublicSeq, nextAt: nextAt(t), size: size, body: head,
	}
	if w.before != nil {
		r.was = w.before.version
	}
	tx.holdHead(r)
	tx.held.entries = append(tx.held.entries, rows...)
	w.head, w.staff = head, digest(parts...)
	w.staffFrom = t.LastSeq - uint64(len(w.entries)) + 1
	tx.wrote(staff, t.ID, t.Version, head, w.staffFrom, parts[1:])
	return nil
}

// writeCustomer writes the customer's form if it is another than before.
func (tx *Tx) writeCustomer(w *written) error {
	t := w.t
	var old known
	if w.before != nil {
		old = *w.before
	}
	if t.PublicVersion == old.publicVersion {
		return nil
	}
	w.publicMoved = true
	head, err := tx.encode(access.Customer(t))
	if err != nil {
		return fmt.Errorf("encode customer head: %w", err)
	}
	parts, rows, size := [][]byte{head}, []any(nil), 0
	for _, e := range w.entries {
		shown, ok := access.CustomerEntry(e)
		if !ok {
			continue
		}
		b, err := tx.encode(shown)
		if err != nil {
			return fmt.Errorf("encode customer entry: %w", err)
		}
		parts, size = append(parts, b), size+len(b)
		rows = append(rows, string(t.ID), int64(shown.Seq), b, crc(b))
	}
	tx.holdHead(headRow{
		a: customer, t: t, fresh: old.publicVersion == 0, was: old.publicVersion,
		version: t.PublicVersion, lastSeq: t.PublicSeq, size: size, body: head,
	})
	tx.held.shown = append(tx.held.shown, rows...)
	w.customer = digest(parts...)
	w.customerFrom = t.PublicSeq - uint64(len(parts)-1) + 1
	tx.wrote(customer, t.ID, t.PublicVersion, head, w.customerFrom, parts[1:])
	return nil
}

// moveLanes tells the lanes the ticket lay or lies in, and gives those that
// heard something. A customer's lane hears nothing of what customers cannot see.
func (tx *Tx) moveLanes(w *written, after *known) ([]desk.LaneID, error) {
	var was []desk.LaneID
	if w.before != nil {
		was = w.before.lanes
	}
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(was, after.lanes))))
	var told []desk.LaneID
	for _, lane := range all {
		if w.publicMoved || !access.IsCustomerLane(lane) || slices.Contains(was, lane) != slices.Contains(after.lanes, lane) {
			told = append(told, lane)
		}
	}
	if err := tx.takeLanes(told); err != nil {
		return nil, err
	}
	var stay [2][]desk.LaneID // of staff and of customers, where the ticket only moves up
	for _, lane := range told {
		if slices.Contains(was, lane) && slices.Contains(after.lanes, lane) {
			i := 0
			if access.IsCustomerLane(lane) {
				i = 1
			}
			stay[i] = append(stay[i], lane)
		}
		if err := tx.moveLane(w, after, lane, slices.Contains(was, lane), slices.Contains(after.lanes, lane)); err != nil {
			return nil, fmt.Errorf("tell lane %s: %w", lane, err)
		}
	}
	if b := w.before; b != nil {
		if err := errors.Join(tx.dateTicket(stay[0], w.t.ID, b.updated, after.updated),
			tx.dateTicket(stay[1], w.t.ID, b.publicUpdated, after.publicUpdated)); err != nil {
			return nil, fmt.Errorf("date %s: %w", w.t.ID, err)
		}
	}
	return told, nil
}

// dateTicket gives the ticket its new place among the newest of lanes it stays in.
func (tx *Tx) dateTicket(lanes []desk.LaneID, id desk.TicketID, old, updated int64) error {
	if updated == old {
		return nil
	}
	for some := range slices.Chunk(lanes, 8) {
		args := []any{updated, string(id)}
		for _, lane := range some {
			args = append(args, string(lane))
		}
		if _, err := tx.put("UPDATE lane_tickets SET updated = ? WHERE ticket = ? AND lane IN "+manyValues(1, len(some)), args...); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) moveLane(w *written, after *known, lane desk.LaneID, was, is bool) error {
	r := laneRow{Ticket: w.t.ID, Version: w.t.Version, FromSeq: w.staffFrom, Content: w.staff}
	updated := after.updated
	if access.IsCustomerLane(lane) {
		r.Version, r.FromSeq, r.Content = w.t.PublicVersion, w.customerFrom, w.customer
		updated = after.publicUpdated
	}
	var err error
	switch {
	case was && !is:
		r.Kind, r.FromSeq, r.Content = desk.ItemLeave, 0, nil
		_, err = tx.put("DELETE FROM lane_tickets WHERE lane = ? AND ticket = ?", string(lane), string(w.t.ID))
		tx.lanes[lane].tickets--
	case is && !was:
		r.Kind, r.FromSeq = desk.ItemEnter, 1
		_, err = tx.put("INSERT INTO lane_tickets (lane, ticket, updated, later) VALUES (?, ?, ?, ?)", string(lane), string(w.t.ID), updated, int64(after.laterIn(lane)))
		tx.lanes[lane].tickets++
	case after.readsOtherwise(w.before, lane):
		r.Kind, r.FromSeq = desk.ItemEnter, 1
		_, err = tx.put("UPDATE lane_tickets SET later = ? WHERE lane = ? AND ticket = ?", int64(after.laterIn(lane)), string(lane), string(w.t.ID))
	default:
		r.Kind = desk.ItemDelta
	}
	if err != nil {
		return err
	}
	tx.tell(lane, r)
	return nil
}

// markRead moves a read position forward and tells the person's other devices.
// It gives the lane it told, or none when the position was there already.
func (tx *Tx) markRead(p desk.PersonID, id desk.TicketID, seq uint64) (desk.LaneID, error) {
	was, err := tx.ReadUpTo(p, id)
	if err != nil || seq <= was {
		return "", err
	}
	k := markKey{id, p}
	if tx.held.marks == nil {
		tx.held.marks = map[markKey]uint64{}
	}
	tx.held.marks[k], tx.now.marks[k], tx.held.something = seq, seq, true
	lane, err := tx.userLane(p)
	if err != nil || lane == "" {
		return "", err
	}
	if err := tx.takeLanes([]desk.LaneID{lane}); err != nil {
		return "", err
	}
	tx.tell(lane, laneRow{Kind: desk.ItemRead, Ticket: id, Read: seq})
	return lane, nil
}

// userLane is the lane of one person's own matters; none for who is nobody.
func (tx *Tx) userLane(p desk.PersonID) (desk.LaneID, error) {
	d, err := tx.directory()
	if err != nil {
		return "", err
	}
	who, ok := d.people[p]
	switch {
	case !ok:
		return "", nil
	case who.Role.Staff():
		return "s/user/" + desk.LaneID(p), nil
	default:
		return "c/user/" + desk.LaneID(p), nil
	}
}

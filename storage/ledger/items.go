package ledger

import (
	"fmt"

	"docket/app/desk"
	"docket/app/desk/access"
)

// items gives every row the bytes it stands for now.
func (tx *Tx) items(lane desk.LaneID, rows []laneRow, reader desk.PersonID, sent map[desk.TicketID]uint64) ([]desk.Item, error) {
	tickets, err := tx.ticketItems(lane, rows, reader, sent)
	if err != nil {
		return nil, err
	}
	items := make([]desk.Item, 0, len(rows))
	for _, r := range rows {
		var it desk.Item
		switch r.Kind {
		case desk.ItemRead:
			it = desk.Item{Kind: desk.ItemRead, Ticket: r.Ticket, Read: r.Read}
		case desk.ItemRef, desk.ItemUnref:
			if it, err = tx.refItem(lane, r); err != nil {
				return nil, err
			}
		default:
			it = *tickets[r.Ticket]
		}
		items = append(items, it)
	}
	return items, nil
}

// ticketItems reads the heads and then the entries of many tickets at once: a
// statement costs more than the few rows of a ticket do.
func (tx *Tx) ticketItems(lane desk.LaneID, rows []laneRow, reader desk.PersonID, sent map[desk.TicketID]uint64) (map[desk.TicketID]*desk.Item, error) {
	a := audienceFor(lane)
	items := map[desk.TicketID]*desk.Item{}
	var asked []wish
	for _, r := range rows {
		switch r.Kind {
		case desk.ItemRead, desk.ItemRef, desk.ItemUnref:
		default: // until its head is found here
			items[r.Ticket] = &desk.Item{Kind: desk.ItemLeave, Ticket: r.Ticket, Version: r.Version}
			if r.Kind == desk.ItemPurge {
				items[r.Ticket].Kind = desk.ItemPurge
				continue // there is none to be found
			}
			asked = append(asked, wish{r.Ticket, r.FromSeq - 1, r.Kind})
		}
	}
	last, cut, err := tx.headsInLane(a, lane, asked, items)
	if err != nil {
		return nil, err
	}
	var missing []wish
	for _, w := range asked {
		it := items[w.ticket]
		switch {
		case it.Kind == desk.ItemLeave:
		case w.kind != desk.ItemDelta: // it entered, or left and is back by now
			it.Kind, it.FromSeq = desk.ItemEnter, 1
			missing = append(missing, wish{w.ticket, 0, w.kind})
			if reader == "" {
				continue
			}
			if it.Read, err = tx.ReadUpTo(reader, w.ticket); err != nil {
				return nil, err
			}
		case sent[w.ticket] >= it.Version:
			it.FromSeq = last[w.ticket] + 1
		default:
			it.FromSeq = w.after + 1
			missing = append(missing, w)
		}
	}
	if err := tx.entriesOf(a, missing, items); err != nil {
		return nil, err
	}
	for id := range cut {
		if err := tx.fromHere(access.ReaderOf(lane), items[id]); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// wish is a ticket whose entries after a Seq are wanted, and what the row that
// asked for it says.
type wish struct {
	ticket desk.TicketID
	after  uint64
	kind   desk.ItemKind
}

// headsInLane puts the heads of the tickets that the lane holds into their
// items, as deltas, and gives the Seq of each one's newest entry and those of
// which the reader of the lane may not have all.
func (tx *Tx) headsInLane(a *audience, lane desk.LaneID, of []wish, items map[desk.TicketID]*desk.Item) (
	last map[desk.TicketID]uint64, cut map[desk.TicketID]bool, err error,
) {
	last, cut = map[desk.TicketID]uint64{}, map[desk.TicketID]bool{}
	err = tx.eachWished(a.headsInLane, []any{string(lane)}, of, func(scan func(...any) error) error {
		var id desk.TicketID
		var later, version, seq uint64
		var head []byte
		var sum int64
		if err := scan(&id, &later, &version, &seq, &head, &sum); err != nil {
			return fmt.Errorf("read head in lane: %w", err)
		}
		it := items[id]
		it.Kind, it.Version, it.Head = desk.ItemDelta, version, head
		last[id] = seq
		if later > 0 {
			cut[id] = true
		}
		return tx.intact(it, sum)
	})
	return last, cut, err
}

// entriesOf adds to every item the wished entries, and finds a gap in them.
func (tx *Tx) entriesOf(a *audience, of []wish, items map[desk.TicketID]*desk.Item) error {
	return tx.eachWished(a.entriesOf, nil, of, func(scan func(...any) error) error {
		var id desk.TicketID
		var seq uint64
		var body []byte
		var sum int64
		if err := scan(&id, &seq, &body, &sum); err != nil {
			return fmt.Errorf("read entry: %w", err)
		}
		it := items[id]
		if next := it.FromSeq + uint64(len(it.Entries)); seq != next || crc(body) != sum {
			return damaged(fmt.Sprintf("entry %d of %s", next, id))
		}
		it.Entries = append(it.Entries, body)
		return nil
	})
}

// eachWished runs a statement for wishes, many at a time where there are many.
// What is left over goes alone, because a place that is not filled costs a search.
func (tx *Tx) eachWished(q [2]string, args []any, of []wish, fn func(scan func(...any) error) error) error {
	for len(of) > 0 {
		stmt, n := q[0], 1
		if len(of) >= wishes/2 {
			stmt, n = q[1], wishes
		}
		bound := make([]any, 0, 2*n+len(args))
		for i := range n {
			if i < len(of) {
				bound = append(bound, string(of[i].ticket), int64(of[i].after))
			} else {
				bound = append(bound, "", int64(0))
			}
		}
		if err := tx.each(stmt, append(bound, args...), fn); err != nil {
			return err
		}
		of = of[min(n, len(of)):]
	}
	return nil
}

func (tx *Tx) refItem(lane desk.LaneID, r laneRow) (desk.Item, error) {
	ref := &desk.Ref{Kind: r.RefKind, ID: r.RefID}
	var sum int64
	here, err := tx.one("SELECT body, sum FROM lane_refs WHERE lane = ? AND kind = ? AND id = ?",
		[]any{string(lane), string(r.RefKind), r.RefID}, &ref.Body, &sum)
	if err != nil {
		return desk.Item{}, fmt.Errorf("read reference: %w", err)
	}
	if !here {
		return desk.Item{Kind: desk.ItemUnref, Ref: ref}, nil
	}
	if crc(ref.Body) != sum {
		return desk.Item{}, damaged("reference " + string(r.RefKind) + " " + r.RefID)
	}
	return desk.Item{Kind: desk.ItemRef, Ref: ref}, nil
}

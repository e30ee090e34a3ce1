package wire

import (
	"docket/app/desk"
)

// Lengths beyond which a frame is refused. They are far above what an honest
// peer sends and far below what would hurt.
const (
	maxLanes    = 2_000 // an administrator follows every department
	maxPushed   = 500
	maxFetch    = 50
	maxReceipts = 1_000
	maxItems    = 5_000
	maxPresent  = 500
	maxName     = 200 // ids, lane names, versions
	maxToken    = 1_000
)

// Type implements Frame.
func (Hello) Type() Type { return THello }

// Type implements Frame.
func (Push) Type() Type { return TPush }

// Type implements Frame.
func (Pull) Type() Type { return TPull }

// Type implements Frame.
func (Fetch) Type() Type { return TFetch }

// Type implements Frame.
func (Ack) Type() Type { return TAck }

// Type implements Frame.
func (Look) Type() Type { return TLook }

// Type implements Frame.
func (Ping) Type() Type { return TPing }

// Type implements Frame.
func (Welcome) Type() Type { return TWelcome }

// Type implements Frame.
func (Receipts) Type() Type { return TReceipts }

// Type implements Frame.
func (Batch) Type() Type { return TBatch }

// Type implements Frame.
func (Page) Type() Type { return TPage }

// Type implements Frame.
func (Tickets) Type() Type { return TTickets }

// Type implements Frame.
func (Scopes) Type() Type { return TScopes }

// Type implements Frame.
func (Presence) Type() Type { return TPresence }

// Type implements Frame.
func (Pong) Type() Type { return TPong }

func (h Hello) check() error {
	switch {
	case h.ProtoMin < 1 || h.ProtoMax < h.ProtoMin:
		return invalid("hello: versions %d to %d", h.ProtoMin, h.ProtoMax)
	case !desk.ValidUUID(string(h.Device)):
		return invalid("hello: device %.40q", h.Device)
	case len(h.App) > maxName:
		return invalid("hello: app of %d bytes", len(h.App))
	case len(h.Lanes) > maxLanes:
		return invalid("hello: %d lanes", len(h.Lanes))
	}
	for _, c := range h.Lanes {
		if err := checkLane(c.Lane); err != nil {
			return err
		}
		if len(c.Epoch) > maxName || len(c.Hash) > 64 {
			return invalid("hello: cursor of %d and %d bytes", len(c.Epoch), len(c.Hash))
		}
	}
	return nil
}

func (p Push) check() error {
	if len(p.Commands) == 0 || len(p.Commands) > maxPushed {
		return invalid("push of %d commands", len(p.Commands))
	}
	for i, c := range p.Commands {
		switch {
		case c.DSeq == 0:
			return invalid("push: command without a number")
		case i > 0 && c.DSeq != p.Commands[i-1].DSeq+1:
			return invalid("push: command %d after %d", c.DSeq, p.Commands[i-1].DSeq)
		case len(c.Body) == 0:
			return invalid("push: command %d is empty", c.DSeq)
		}
	}
	return nil
}

func (p Pull) check() error {
	if len(p.Token) > maxToken {
		return invalid("pull: token of %d bytes", len(p.Token))
	}
	return checkLane(p.Lane)
}

func (f Fetch) check() error {
	if len(f.Tickets) == 0 || len(f.Tickets) > maxFetch {
		return invalid("fetch of %d tickets", len(f.Tickets))
	}
	for _, id := range f.Tickets {
		if !desk.ValidUUID(string(id)) {
			return invalid("fetch: ticket %.40q", id)
		}
	}
	return nil
}

func (a Ack) check() error { return checkLane(a.Lane) }

func (l Look) check() error {
	if l.Ticket != "" && !desk.ValidUUID(string(l.Ticket)) {
		return invalid("look: ticket %.40q", l.Ticket)
	}
	if l.Ticket == "" && l.Writing {
		return invalid("look: writing on no ticket")
	}
	return nil
}

func (Ping) check() error { return nil }

func (w Welcome) check() error {
	if w.Proto < 1 || w.ServerEpoch == "" || len(w.ServerEpoch) > maxName {
		return invalid("welcome: version %d, epoch of %d bytes", w.Proto, len(w.ServerEpoch))
	}
	if len(w.Receipts) > maxReceipts {
		return invalid("welcome: %d receipts", len(w.Receipts))
	}
	if err := checkActor(w.Actor); err != nil {
		return err
	}
	return checkLanes(w.Lanes)
}

func (r Receipts) check() error {
	if len(r.Receipts) > maxReceipts {
		return invalid("%d receipts", len(r.Receipts))
	}
	if r.RetryAfter < 0 {
		return invalid("receipts: retry after %d ms", r.RetryAfter)
	}
	return nil
}

func (b Batch) check() error {
	switch {
	case b.Last < b.Prev:
		return invalid("batch: from %d back to %d", b.Prev, b.Last)
	case b.Epoch == "" || len(b.Epoch) > maxName || len(b.Hash) > 64:
		return invalid("batch: epoch of %d bytes, hash of %d", len(b.Epoch), len(b.Hash))
	}
	if err := checkLane(b.Lane); err != nil {
		return err
	}
	return checkItems(b.Items)
}

func (p Page) check() error {
	if len(p.Body) == 0 {
		return invalid("page: empty")
	}
	return checkLane(p.Lane)
}

func (t Tickets) check() error {
	if len(t.Items) > maxItems {
		return invalid("%d tickets", len(t.Items))
	}
	return checkItems(t.Items)
}

func (s Scopes) check() error {
	if err := checkActor(s.Actor); err != nil {
		return err
	}
	return checkLanes(s.Lanes)
}

func (p Presence) check() error {
	if !desk.ValidUUID(string(p.Ticket)) || len(p.People) > maxPresent {
		return invalid("presence: %d people on %.40q", len(p.People), p.Ticket)
	}
	return nil
}

func (Pong) check() error { return nil }

func checkLane(l desk.LaneID) error {
	if l == "" || len(l) > maxName {
		return invalid("lane %.60q", l)
	}
	return nil
}

func checkLanes(ls []LaneState) error {
	if len(ls) > maxLanes {
		return invalid("%d lanes", len(ls))
	}
	for _, l := range ls {
		if err := checkLane(l.Lane); err != nil {
			return err
		}
		if l.State != "" && l.State != LaneResume && l.State != LaneSnapshot {
			return invalid("lane %s: state %.40q", l.Lane, l.State)
		}
	}
	return nil
}

func checkActor(a desk.Actor) error {
	if a.Person == "" || len(a.Person) > maxName || a.Role == "" {
		return invalid("actor %.40q with role %.40q", a.Person, a.Role)
	}
	return nil
}

// checkItems refuses items whose parts do not belong together. A kind nobody
// knows passes: the cache leaves it alone (BEHAVIOURS 0.24).
func checkItems(items []desk.Item) error {
	if len(items) > maxItems {
		return invalid("%d items", len(items))
	}
	for _, it := range items {
		switch it.Kind {
		case desk.ItemEnter, desk.ItemDelta:
			if !desk.ValidUUID(string(it.Ticket)) || len(it.Head) == 0 || it.Version == 0 {
				return invalid("item %s of %.40q, version %d, head of %d bytes", it.Kind, it.Ticket, it.Version, len(it.Head))
			}
			if len(it.Entries) > 0 && it.FromSeq == 0 {
				return invalid("item %s of %s: entries without a place", it.Kind, it.Ticket)
			}
		case desk.ItemLeave, desk.ItemPurge, desk.ItemRead:
			if !desk.ValidUUID(string(it.Ticket)) || len(it.Head) > 0 || len(it.Entries) > 0 {
				return invalid("item %s of %.40q with content", it.Kind, it.Ticket)
			}
		case desk.ItemRef, desk.ItemUnref:
			if it.Ref == nil || it.Ref.ID == "" || it.Ticket != "" {
				return invalid("item %s without a reference", it.Kind)
			}
		case "":
			return invalid("item without a kind")
		}
	}
	return nil
}

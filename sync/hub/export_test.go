package hub

import "docket/app/desk"

// Way is what a lane that was handed moves makes of them from a cursor.
func Way(moves []desk.Move, from, head desk.Cursor) (desk.Batch, bool) {
	var l lane
	h := &Hub{warm: map[*lane]struct{}{}}
	for _, m := range moves {
		if m.Known {
			h.hand(&l, m)
		}
	}
	l.told.vouch(head, 1)
	way, _, ok := l.told.way(from, head.Seq)
	return batchOf(way), ok
}

// Beside is beside in a lane of one reader.
func Beside(b desk.Batch, sent map[desk.TicketID]uint64) desk.Batch {
	return beside(b, sent)
}

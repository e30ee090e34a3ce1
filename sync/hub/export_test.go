package hub

import "docket/app/desk"

// Way is what a lane that was handed moves makes of them from a cursor.
func Way(moves []desk.Move, from, head desk.Cursor) (desk.Batch, bool) {
	var l lane
	h := &Hub{warm: map[*lane]struct{}{}}
	for _, m := range moves {
		h.hand(&l, m)
	}
	way, ok := l.told.way(from, head)
	return batchOf(way), ok
}

package policy

import (
	"bytes"
	"encoding/binary"

	"docket/app/desk"
)

// Outage reports whether t is an emergency that waits for us or is worked on.
func Outage(t *desk.Ticket) bool {
	return t.Priority == desk.PriorityEmergency && ours(t) && !Snoozed(t)
}

// ours reports whether t is for us to go on with, whoever has it.
func ours(t *desk.Ticket) bool {
	switch t.Status {
	case desk.New, desk.Triage, desk.InProgress:
		return t.Into == ""
	}
	return false
}

// Stands says where t stands among the places of its department's queue and of
// its outages, of which only those before it count. That the team has put it
// aside shows in nothing: its place is that which it had.
func Stands(t *desk.Ticket, queue, outages [][]byte) desk.QueuePlace {
	if !ours(t) || !Owed(t) {
		return desk.QueuePlace{}
	}
	mine := Place(t)
	since := cameAt(mine)
	out := desk.QueuePlace{Waits: true, Queued: t.Assignee == ""}
	for _, p := range outages {
		if len(p) < PlaceID || bytes.Compare(p, mine) >= 0 {
			continue
		}
		out.Outages++
		if cameLater(p, since) {
			out.OutagesLater++
		}
	}
	for _, p := range queue {
		if len(p) < PlaceID || bytes.Compare(p, mine) >= 0 || !out.Queued || p[0] == urgencyRank(desk.PriorityEmergency) {
			continue
		}
		out.Others++
		if cameLater(p, since) {
			out.OthersLater++
		}
	}
	return out
}

func cameAt(place []byte) uint64 { return binary.BigEndian.Uint64(place[1:PlaceID]) }

// cameLater reports whether what stands at a place has waited since a later time.
// Where nobody waits that says nothing.
func cameLater(place []byte, since uint64) bool {
	at := cameAt(place)
	return at > since && at < behind
}

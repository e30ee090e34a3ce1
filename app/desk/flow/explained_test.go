package flow_test

import (
	"fmt"
	"reflect"
	"slices"

	"docket/app/desk"
	"docket/app/desk/access"
)

// explains says which public entries account for a change of a field of the
// customer's form. Whatever a customer sees change, they can read why
// (BEHAVIOURS 0.4).
var explains = map[string][]desk.Kind{
	"Status":     {desk.StatusSet},
	"HoldUntil":  {desk.StatusSet},
	"ClosedAt":   {desk.StatusSet},
	"Resolution": {desk.StatusSet},
	"Cause":      {desk.StatusSet},
	"Department": {desk.Referred},
	"Assignee":   {desk.Assigned, desk.Referred},
	"Subject":    {desk.Renamed},
	"Private":    {desk.PrivacySet},
	"CCs":        {desk.CCsSet},
	"Type":       {desk.Typed},
	"Urgency":    {desk.UrgencySet},
	"LastText":   {desk.Message, desk.Call, desk.Chat, desk.Notice},
	"LastBy":     {desk.Message, desk.Call, desk.Chat, desk.Notice},
	"Asks":       {desk.Message, desk.AskSettled},
	"Files":      {desk.Message, desk.Call, desk.Chat, desk.Notice, desk.FilesDeleted},
}

// explained checks that no gap of a customer's is without an entry that says
// what happened: their numbers are dense, and every change has its reason.
func (w *world) explained(ch desk.Change) error {
	if w.t == nil || ch.HeadSame {
		return nil
	}
	before, after := reflect.ValueOf(access.Customer(w.t)), reflect.ValueOf(access.Customer(&ch.Ticket))
	var told []desk.CustomerEntry
	for _, e := range ch.Entries {
		if c, ok := access.CustomerEntry(e); ok {
			told = append(told, c)
		}
	}
	if from, to := w.t.PublicSeq, access.Customer(&ch.Ticket).LastSeq; to != from+uint64(len(told)) {
		return fmt.Errorf("BROKEN: customers count from %d to %d and were told %d times", from, to, len(told))
	}
	for field, kinds := range explains {
		if (field == "LastText" || field == "LastBy" || field == "Files") && !reflect.DeepEqual(w.t.Live, ch.Ticket.Live) {
			continue // said in the chat they all see
		}
		if reflect.DeepEqual(before.FieldByName(field).Interface(), after.FieldByName(field).Interface()) {
			continue
		}
		if !slices.ContainsFunc(told, func(e desk.CustomerEntry) bool { return slices.Contains(kinds, e.Kind) }) {
			return fmt.Errorf("BROKEN: %s changed from %v to %v, and no customer can read why", field, before.FieldByName(field), after.FieldByName(field))
		}
	}
	return nil
}

// named checks that no name is there twice, and that those customers read have
// no gap that tells of an entry among the team.
func (w *world) named(ch desk.Change) error {
	seen, n := map[desk.EntryID]bool{}, 0
	for _, e := range ch.Entries {
		if seen[e.ID] {
			return fmt.Errorf("BROKEN: two entries are called %s", e.ID)
		}
		seen[e.ID] = true
		if e.Audience != desk.Public {
			continue
		}
		want := e.Command
		if n > 0 {
			want = desk.CommandID(fmt.Sprintf("%s-%d", want, n))
		}
		if n++; e.ID != desk.EntryID(want) {
			return fmt.Errorf("BROKEN: customers read of %s where they expect %s", e.ID, want)
		}
	}
	return nil
}

package flow

import (
	"slices"
	"strconv"
	"time"

	"docket/app/desk"
)

// MayMerge refuses to have from go on as into (BEHAVIOURS 1.6) with a sentence.
// Nobody stands behind somebody who was merged themselves, so no circle exists.
func MayMerge(place desk.Place, from, into desk.PersonID) error {
	f, known := place.People[from]
	i, also := place.People[into]
	if !known || !also {
		return unknown(known, from, into)
	}
	if from == into {
		return invalid("into", "{who} is both of them.", "Name two people.").With("who", f.Name)
	}
	if f.Role.Staff() || i.Role.Staff() {
		return &desk.Error{
			Code: desk.CodeDenied, Field: "from", Message: "Only customers are merged; one of the two works for the desk.",
			Hint: "Who works for the desk reads other things. Disable the one that is not needed.",
		}
	}
	for _, p := range []desk.Person{f, i} {
		if p.Into != "" {
			return conflict("from", "{who} ({id}) goes on as {other} already.", string(p.Into)).With("who", p.Name, "id", p.ID, "other", p.Into)
		}
	}
	if i.Disabled {
		return invalid("into", "{who} is disabled, so nobody could sign in any more.", "Enable them first, or merge the other way round.").With("who", i.Name)
	}
	for _, p := range place.People {
		if p.Into == from {
			return conflict("from", "{who} ({id}) goes on as {other}.", string(p.ID)).With("who", p.Name, "id", p.ID, "other", f.Name)
		}
	}
	return nil
}

func unknown(known bool, from, into desk.PersonID) error {
	p := from
	if known {
		p = into
	}
	return (&desk.Error{Code: desk.CodeNotFound, Message: "There is no person {id} on this desk.", Hint: "Check the id; people are declared in desk.yaml."}).With("id", strconv.Quote(string(p)))
}

// HandOver gives into what from is in t; false when that is nothing. Who wrote
// what stays as it is.
func HandOver(t *desk.Ticket, place desk.Place, from, into desk.PersonID, now time.Time) (desk.Change, bool) {
	h := desk.Handed{
		From: from, Into: into, Requester: t.Requester == from, CC: slices.Contains(t.CCs, from),
		Approver: t.Approval.By == from && t.Approval.State == "", Own: inCopy(t, into),
	}
	if !h.Requester && !h.CC && !h.Approver {
		return desk.Change{}, false
	}
	d := quietly(t, place, now)
	if h.Requester {
		d.t.Requester = into
	}
	if h.Approver {
		d.t.Approval.By, d.t.Approval.Name = into, d.nameOf(into)
	}
	d.t.CCs = instead(d.t.CCs, from, into)
	d.t.Handed = append(slices.DeleteFunc(slices.Clone(t.Handed), func(x desk.Handed) bool { return x.From == from }), h)
	d.copies(into)
	return d.finish(), true
}

// HandBack gives from what HandOver took, as far as into still has it; false
// when nothing was taken. What into wrote, or got since, is not touched.
func HandBack(t *desk.Ticket, place desk.Place, from desk.PersonID, now time.Time) (desk.Change, bool) {
	i := slices.IndexFunc(t.Handed, func(x desk.Handed) bool { return x.From == from })
	if i < 0 {
		return desk.Change{}, false
	}
	h := t.Handed[i]
	d := quietly(t, place, now)
	rest := slices.Delete(slices.Clone(t.Handed), i, i+1)
	for j := range rest {
		if h.Own && rest[j].Into == h.Into {
			rest[j].Own = true
			break
		}
	}
	if d.t.Handed = rest; len(rest) == 0 {
		d.t.Handed = nil
	}
	there := t.Requester == h.Into || slices.Contains(t.CCs, h.Into)
	if h.Requester && t.Requester == h.Into {
		d.t.Requester = from
	}
	if h.Approver && t.Approval.By == h.Into && t.Approval.State == "" {
		d.t.Approval.By, d.t.Approval.Name = from, d.nameOf(from)
	}
	if there {
		stays := h.Own || slices.ContainsFunc(d.t.Handed, func(x desk.Handed) bool { return x.Into == h.Into && x.CC })
		switch {
		case h.CC && !stays && slices.Contains(d.t.CCs, h.Into):
			d.t.CCs = instead(d.t.CCs, h.Into, from)
		case h.CC:
			d.t.CCs = append(d.t.CCs, from)
		}
		if stays && d.t.Requester != h.Into && !slices.Contains(d.t.CCs, h.Into) {
			d.t.CCs = append(d.t.CCs, h.Into)
		}
		d.copies(h.Into)
	}
	return d.finish(), true
}

// quietly is a change of the head that is no event of the ticket: no clock and
// no list is about it.
func quietly(t *desk.Ticket, place desk.Place, now time.Time) *decision {
	d := begin(desk.State{Ticket: t, Place: place}, desk.Command{Ticket: t.ID}, desk.Clerk(), now)
	d.still, d.touched = true, true
	return d
}

// inCopy reports whether p is in copy by themselves, and not because somebody
// was merged into them.
func inCopy(t *desk.Ticket, p desk.PersonID) bool {
	by := false
	for _, h := range t.Handed {
		if h.Into == p {
			if h.Own {
				return true
			}
			by = by || h.CC
		}
	}
	return !by && slices.Contains(t.CCs, p)
}

// copies puts p into copy if somebody who was merged into them was, and out of
// it where it is their own request.
func (d *decision) copies(p desk.PersonID) {
	handed := slices.ContainsFunc(d.t.Handed, func(h desk.Handed) bool { return h.Into == p && h.CC })
	switch {
	case d.t.Requester == p:
		d.t.CCs = without(d.t.CCs, p)
	case handed && !slices.Contains(d.t.CCs, p):
		d.t.CCs = append(d.t.CCs, p)
	}
	if len(d.t.CCs) == 0 {
		d.t.CCs = nil
	}
}

// instead puts p where from stands, unless p is there already.
func instead(list []desk.PersonID, from, p desk.PersonID) []desk.PersonID {
	if slices.Contains(list, p) {
		return without(list, from)
	}
	out := slices.Clone(list)
	if i := slices.Index(out, from); i >= 0 {
		out[i] = p
	}
	return out
}

func without(list []desk.PersonID, p desk.PersonID) []desk.PersonID {
	return slices.DeleteFunc(slices.Clone(list), func(x desk.PersonID) bool { return x == p })
}

// current gives people as whom they go on as now: what was written before they
// were merged means them still.
func (d *decision) current(people []desk.PersonID) []desk.PersonID {
	var out []desk.PersonID
	for _, p := range people {
		if p = d.st.Place.Now(p); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

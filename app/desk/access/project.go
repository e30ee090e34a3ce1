package access

import (
	"cmp"
	"reflect"
	"slices"
	"sort"

	"docket/app/desk"
)

// Customer is the customer's form of a head. It is an allow-list: a field is
// here because every customer who sees the ticket may know it. It depends on t
// alone, so that the form changes exactly when flow advances PublicVersion.
func Customer(t *desk.Ticket) desk.CustomerTicket {
	kind := t.DueKind
	if t.PublicDue.IsZero() {
		kind = "" // what is due to the team alone
	}
	var page desk.CustomerSummons
	if t.Urgency == desk.UrgencyEmergency { // else it is the team that holds it to be one
		page = summons(t.Page)
	}
	c := desk.CustomerTicket{
		ID:         t.ID,
		Number:     t.Number,
		Version:    t.PublicVersion,
		LastSeq:    t.PublicSeq,
		Subject:    t.Subject,
		Status:     t.Status,
		Urgency:    t.Urgency,
		Type:       t.Type,
		Claim:      t.Claim,
		Topic:      t.Topic,
		TopicName:  t.TopicName,
		Filled:     t.Filled,
		Rating:     t.Rating,
		Checks:     checks(t.Checks),
		Approval:   t.Approval,
		Need:       t.Need,
		Refs:       t.Refs,
		Cover:      t.Cover,
		Requester:  t.Requester,
		CCs:        t.CCs,
		Later:      Later(t),
		Org:        t.Org,
		OrgName:    t.OrgName,
		Department: t.Department,
		Intended:   t.Intended,
		Assignee:   t.Assignee,
		Helpers:    t.Helpers,
		Private:    t.Private,
		People:     publicPeople(t),
		Created:    t.Created,
		Updated:    t.PublicUpdated,
		HoldUntil:  t.HoldUntil,
		ClosedAt:   t.ClosedAt,
		Resolution: t.Resolution,
		Cause:      t.Cause,
		Links:      t.Links,
		Into:       t.Into,
		MergedTold: t.MergedTold,
		Joined:     t.Joined,
		DueSince:   t.DueSince,
		Due:        t.PublicDue,
		DueKind:    kind,
		Waiting:    t.Waiting,
		Settles:    t.Settles,
		LastBy:     t.PublicLastBy,
		LastText:   t.PublicLast,
		Said:       t.Said,
		Files:      t.PublicFiles,
		Steps:      t.Steps,
		Seen:       t.Seen,
		Asks:       t.Asks,
		Pledges:    t.Pledges,
		Workaround: t.Workaround,
		Work:       t.Work,
		Fix:        desk.CustomerFix{State: t.Fix.State, Due: t.Fix.Due},
		Page:       page,
		Live:       t.Live,
		Escalation: escalation(t.Escalation),
		Deletes:    t.Deletes,
		FilesGone:  t.FilesGone,
		Grant:      t.Grant,
	}
	if m := masksOf(t.People); len(m) > 0 {
		m.ticket(&c)
	}
	return c
}

// checks are the items with who ticked them, as customers read it.
func checks(all []desk.Check) []desk.Check {
	all = slices.Clone(all)
	for i := range all {
		all[i].Name, all[i].Shown = cmp.Or(all[i].Shown, all[i].Name), ""
	}
	return all
}

// summons is s without whom it called: the shifts are the team's own.
func summons(s desk.Summons) desk.CustomerSummons {
	return desk.CustomerSummons{Level: s.Level, Name: s.Name, Since: s.Since, At: s.At, AckBy: s.AckBy, AckAt: s.AckAt}
}

func escalation(e desk.Escalation) desk.CustomerEscalation {
	return desk.CustomerEscalation{
		By: e.By, At: e.At, Reason: e.Reason, Needed: e.Needed, Told: summons(e.Told), Ended: e.Ended, Outcome: e.Outcome,
	}
}

// PublicRefs is the set of people whom the customer's form of t names. Staff
// who only wrote notes or were mentioned in one are not in it.
func PublicRefs(t *desk.Ticket) map[desk.PersonID]bool {
	refs := map[desk.PersonID]bool{t.Requester: true}
	for _, p := range t.CCs {
		refs[p] = true
	}
	refs[t.Assignee] = true
	for _, p := range t.Helpers {
		refs[p] = true
	}
	refs[t.PublicLastBy] = true
	for _, s := range t.Steps {
		refs[s.By] = true
		if s.Kind == "assigned" {
			refs[desk.PersonID(s.To)] = true
		}
	}
	for _, m := range t.Seen {
		refs[m.Person] = true
	}
	for _, a := range t.Asks {
		refs[a.AnsweredBy] = true
	}
	for _, p := range t.Pledges {
		refs[p.By] = true
	}
	refs[t.Live.With], refs[t.Live.By] = true, true
	for _, j := range t.Joined {
		refs[j.Person] = true
	}
	refs[t.Escalation.By] = true
	refs[t.Grant.By] = true
	refs[t.Escalation.Told.AckBy] = true
	if t.Urgency == desk.UrgencyEmergency {
		refs[t.Page.AckBy] = true
	}
	refs[t.Approval.By] = true
	refs[t.Work.By] = true
	refs[t.Workaround.By], refs[t.Workaround.JudgedBy] = true, true
	for _, s := range Later(t) {
		refs[s.Person] = true
	}
	delete(refs, "")
	return refs
}

// publicPeople is t.People without those a customer does not meet, by id: the
// order people came in could tell that somebody wrote a note before replying.
func publicPeople(t *desk.Ticket) []desk.Named {
	refs, m := PublicRefs(t), masksOf(t.People)
	var out []desk.Named
	for _, n := range t.People {
		if refs[n.ID] {
			out = append(out, m.met(n))
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return slices.Compact(out)
}

// CustomerEntry is the customer's form of an entry; false when there is none.
// Only what says it is public, in both of its marks, has one.
func CustomerEntry(e desk.Entry) (desk.CustomerEntry, bool) {
	if e.Audience != desk.Public || e.PublicSeq == 0 || e.Kind == desk.Note {
		return desk.CustomerEntry{}, false
	}
	c := desk.CustomerEntry{
		ID:         e.ID,
		Ticket:     e.Ticket,
		Seq:        e.PublicSeq,
		Kind:       e.Kind,
		Author:     e.Author,
		AuthorName: e.AuthorName,
		Staff:      e.Staff,
		At:         e.At,
		Claimed:    e.Claimed,
		Channel:    e.Channel,
		Text:       cmp.Or(e.Shown, e.Text),
		Files:      e.Files,
		From:       e.From,
		To:         e.To,
		ToName:     cmp.Or(e.ShownTo, e.ToName),
		Reason:     e.Reason,
		Phrase:     e.Phrase,
		Usual:      e.Usual,
		Opens:      e.Opens,
		Until:      e.Until,
		Command:    e.Command,
		Talk: desk.CustomerTalk{
			With:      e.Talk.With,
			WithName:  e.Talk.WithName,
			Direction: e.Talk.Direction,
			Started:   e.Talk.Started,
			Minutes:   e.Talk.Minutes,
			Outcome:   e.Talk.Outcome,
		},
		Asks:     e.Asks,
		Answers:  e.Answers,
		Refers:   e.Refers,
		Corrects: e.Corrects,
		Given:    e.Given,
		Engages:  e.Engages,
		Pledge:   e.Pledge,
	}
	if m := masksOf(e.Masks); len(m) > 0 {
		m.hide(reflect.ValueOf(&c).Elem(), "")
	}
	return c, true
}

// Hidden is the mask of somebody of ours all of whose departments keep their
// people's names to themselves; "" for anybody else.
func Hidden(p desk.Person, at map[desk.DeptID]desk.Department) string {
	mask := ""
	for _, d := range p.Departments {
		m := at[d].Policy.Mask
		if m == "" {
			return ""
		}
		mask = cmp.Or(mask, m)
	}
	return mask
}

// PublicPerson is what customers may know of p: staff by name, title and
// department and as plain engineers, colleagues by name and title.
// A department that masks its people is not told of them, and who works for no
// other is not there at all.
func PublicPerson(p desk.Person, at map[desk.DeptID]desk.Department) (desk.PublicPerson, bool) {
	out := desk.PublicPerson{ID: p.ID, Name: p.Name, Title: p.Title, Role: desk.Customer}
	if p.Role.Staff() {
		out.Role = desk.Engineer
		for _, d := range p.Departments {
			if at[d].Policy.Mask == "" {
				out.Departments = append(out.Departments, d)
			}
		}
	}
	return out, Hidden(p, at) == ""
}

// OwnOf is what p is told of what they hold themselves and of what counts
// against them: not who of the team counted it.
func OwnOf(p desk.Person) desk.Own {
	s := p.Standing
	s.BannedBy, s.Strikes = "", slices.Clone(s.Strikes)
	for i := range s.Strikes {
		s.Strikes[i].By = ""
	}
	return desk.Own{Person: p.ID, Entitlements: p.Entitlements, Standing: s}
}

// PublicDesk is what customers may know of the desk: of the promises those
// that policy.Told tells them. How soon the team wants to answer what it holds
// to be urgent is its own affair, as are the priority a topic begins with and
// when the team is reminded.
func PublicDesk(d desk.Desk) desk.Desk {
	d.Departments = slices.Clone(d.Departments)
	for i := range d.Departments {
		dept := &d.Departments[i]
		normal, low := dept.Promise(desk.PriorityNormal), dept.Promise(desk.PriorityLow)
		for _, p := range []*desk.Promise{&normal, &low} {
			*p = desk.Promise{FirstReply: p.FirstReply, NextReply: p.NextReply, Always: p.Always}
		}
		dept.Promises = nil
		if normal != (desk.Promise{}) {
			dept.Promises = []desk.Promise{normal}
		}
		if low != normal {
			low.Priority = desk.PriorityLow
			dept.Promises = append(dept.Promises, low)
		}
		dept.Policy.Reserve = 0 // how many of ours are where is ours to know
		dept.Rota.OnCall = publicLevels(dept.Rota.OnCall, dept.Policy.Mask)
		dept.Rota.Escalation = publicLevels(dept.Rota.Escalation, dept.Policy.Mask)
	}
	d.Held = nil
	d.Topics = slices.Clone(d.Topics)
	for i := range d.Topics {
		d.Topics[i].Priority, d.Topics[i].Alerts = "", nil
	}
	return d
}

// publicLevels are the steps of a path with when somebody is on duty, and who
// only where the desk says that customers read it.
func publicLevels(levels []desk.Level, mask string) []desk.Level {
	levels = slices.Clone(levels)
	for i := range levels {
		l := &levels[i]
		l.Duty = slices.Clone(l.Duty)
		for j := range l.Duty {
			l.Duty[j].Phone = ""
			if !l.Named || mask != "" {
				l.Duty[j].Person = ""
			}
		}
	}
	return levels
}

package flow

import (
	"slices"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// open makes a ticket: who asks, where it starts, who else may follow.
func (d *decision) open(a desk.Open) error {
	if d.st.Ticket != nil {
		return invalid("", "This request has been opened before.", "Look for it in your list, or copy the text into a new request.")
	}
	d.t = desk.Ticket{ID: d.cmd.Ticket, Status: desk.New, Priority: desk.PriorityNormal, Created: d.now, Private: a.Private}
	subject, err := checkSubject(a.Subject)
	if err != nil {
		return err
	}
	text, err := checkText("text", a.Text)
	if err != nil {
		return err
	}
	files, err := checkFiles(a.Files)
	if err != nil {
		return err
	}
	asked := a.Topic
	if a, err = d.openTopic(a); err != nil {
		return err
	}
	d.t.Subject = subject
	if d.t.Urgency = a.Urgency; a.Urgency == "" {
		d.t.Urgency = desk.UrgencyNormal
	}
	if !validUrgency(d.t.Urgency) {
		return invalid("urgency", "This urgency is not known.", "Choose one of those offered.")
	}
	for _, f := range []func(desk.Open) error{d.openType, d.openClaim, d.openDoubt, d.openFor, d.openCover, d.openIn, d.openRefs, d.openCCs, d.openForm, d.openWanted, d.openProblem, d.openTried} {
		if err := f(a); err != nil {
			return err
		}
	}
	if d.ours() && !d.actor.In(d.t.Department) && d.actor.Role != desk.Admin {
		d.t.Followers = append(d.t.Followers, d.actor.Person) // or it would vanish from who took the call
	}
	if a.Recurs != "" {
		if err := d.link(desk.LinkTicket{Kindred: desk.Recurs, To: a.Recurs}); err != nil {
			return err
		}
	}
	d.mark("received", "")
	d.waits()
	d.hears(text)
	d.add(desk.Entry{Kind: desk.Opened, Text: text, Files: files}, desk.Public)
	d.mapped(asked)
	if d.bypassed {
		d.add(desk.Entry{Kind: desk.Bypassed, To: string(d.t.Department), ToName: d.st.Place.Departments[d.t.Department].Name}, desk.Internal)
	}
	if d.t.Urgency == desk.UrgencyEmergency {
		d.page()
	}
	d.joinCalls(d.awaited())
	return nil
}

// openFor settles whose request it is and for which organization.
func (d *decision) openFor(a desk.Open) error {
	d.t.Requester = d.actor.Person
	memberships := d.actor.Memberships
	if a.Requester != "" && a.Requester != d.actor.Person {
		if !d.actor.Role.Staff() {
			return &desk.Error{
				Code: desk.CodeDenied, Field: "requester", Message: "Only the support desk can open a request for somebody else.",
				Hint: "Open it in your own name and add them to it.",
			}
		}
		p, ok := d.st.Place.People[d.st.Place.Now(a.Requester)]
		if !ok || p.Out() {
			return invalid("requester", "The person this is for is not known here.", "Choose somebody from the list.")
		}
		d.t.Requester, memberships = p.ID, p.Memberships
	}
	if a.Org == "" {
		return nil
	}
	if !slices.ContainsFunc(memberships, func(m desk.Membership) bool { return m.Org == a.Org }) {
		return invalid("org", "The request cannot be for this organization.", "Choose an organization the person belongs to.")
	}
	d.t.Org, d.t.OrgName = a.Org, d.st.Place.Orgs[a.Org].Name
	return nil
}

// openIn settles where the ticket starts. What a customer opens goes through
// triage unless the department takes requests directly (BEHAVIOURS 0.11);
// staff who open one have looked at it already.
func (d *decision) openIn(a desk.Open) error {
	if a.Department == "" {
		a.Department = policy.DepartmentOf(d.st.Place, &d.t)
	}
	dept, ok := d.st.Place.Departments[a.Department]
	if !ok || (dept.Hidden && !d.actor.Role.Staff()) {
		return invalid("department", "This department does not take requests.", "Choose one of those offered.")
	}
	d.t.Intended, d.t.Department = dept.ID, dept.ID
	if d.ours() || dept.Entry == desk.EntryDirect || dept.Triage || a.Type == desk.Problem || d.appeals(dept.ID) {
		return nil
	}
	for id, x := range d.st.Place.Departments {
		if !x.Triage {
			continue
		}
		if d.bypassed = d.bypass(x, dept); !d.bypassed {
			d.t.Department = id
		}
	}
	return nil
}

// openRefs links what the ticket is about, and verifies what the organization
// is known to hold. What it does not hold stays as the text it is.
func (d *decision) openRefs(a desk.Open) error {
	if len(a.Refs) > MaxRefs {
		return invalid("refs", "There are {n} things linked; a request can have {most}.", "Name the others in the text.").With("n", len(a.Refs), "most", MaxRefs)
	}
	for _, r := range a.Refs {
		id, err := checkLine("refs", "linked name", r.ID, MaxSubject)
		if err != nil {
			return err
		}
		label, err := checkLine("refs", "linked name", r.Label, MaxSubject)
		if err != nil {
			return err
		}
		if id == "" || !slices.Contains([]string{"service", "domain", "invoice", "text"}, r.Kind) {
			return invalid("refs", "Something linked to this request has no name.", "Remove it and choose it again.")
		}
		ref := desk.Reference{Kind: r.Kind, ID: id, Label: label}
		for _, h := range d.st.Place.Orgs[d.t.Org].Holds {
			if h.Kind == r.Kind && h.ID == id {
				ref.Verified, ref.Label = true, h.Label
			}
		}
		d.t.Refs = append(d.t.Refs, ref)
	}
	return nil
}

func (d *decision) openCCs(a desk.Open) error {
	for _, p := range d.current(a.CCs) {
		if err := d.mayFollow(p); err != nil {
			return err
		}
		if p != d.t.Requester && !slices.Contains(d.t.CCs, p) {
			d.t.CCs = append(d.t.CCs, p)
		}
	}
	return d.checkCCs()
}

package desk

import "slices"

// Role says which rules a person lives under. Everyone but Customer is staff.
type Role string

// The roles, each including what the one before it may do among staff.
const (
	Customer Role = "customer"
	Engineer Role = "engineer"
	Lead     Role = "lead"
	Admin    Role = "admin"
)

// Staff reports whether the role reads the staff record.
func (r Role) Staff() bool { return r == Engineer || r == Lead || r == Admin }

// OrgAccess is what a member may do with colleagues' tickets of one
// organization (BEHAVIOURS 2.15). The zero value grants nothing.
type OrgAccess string

// The levels of organization access.
const (
	OrgNone    OrgAccess = "none"
	OrgRead    OrgAccess = "read"
	OrgComment OrgAccess = "comment" // read and comment
)

// Membership ties a customer to an organization.
type Membership struct {
	Org OrgID `json:"org"`
	// Access is what is declared; what counts is by the organization's Sharing.
	Access OrgAccess `json:"access,omitempty"`
	// Role is what they are there, in the organization's own word, for ShareRole.
	Role string `json:"role,omitempty"`
	// Admin manages what colleagues read, and Given is what an admin gave.
	Admin bool      `json:"admin,omitempty"`
	Given OrgAccess `json:"given,omitempty"`
	// Via is whose it was before they were merged into this person.
	Via PersonID `json:"via,omitempty"`
}

// Person is somebody who signs in or writes.
type Person struct {
	ID    PersonID `json:"id"`
	Name  string   `json:"name"`
	Email string   `json:"email,omitempty"`
	// Emails are further addresses of the same person (BEHAVIOURS 1.6).
	Emails []string `json:"emails,omitempty"`
	Phone  string   `json:"phone,omitempty"`
	// Phones are further numbers of theirs.
	Phones []string `json:"phones,omitempty"`
	// Title is what stands under the name, such as "Branch manager".
	Title string `json:"title,omitempty"`
	Role  Role   `json:"role"`
	// Departments are those a member of staff works for.
	Departments []DeptID     `json:"departments,omitempty"`
	Memberships []Membership `json:"memberships,omitempty"`
	// Entitlements are what they hold themselves, apart from any organization.
	Entitlements []Entitlement `json:"entitlements,omitempty"`
	// Skills are what a member of staff knows, each as a tag is written, and
	// Languages those they write, as codes. The team's.
	Skills    []string `json:"skills,omitempty"`
	Languages []string `json:"languages,omitempty"`
	// Standing is what counts against them; the team's and their own.
	Standing Standing `json:"standing,omitzero"`
	// Away is when one of ours is away; the team's.
	Away Absence `json:"away,omitzero"`
	// Zone is the clock on a customer's wall, an IANA name; "" for that of their
	// organization.
	Zone string `json:"zone,omitempty"`
	// Into is whom they go on as, because both are the same person (BEHAVIOURS 1.6).
	Into PersonID `json:"into,omitempty"`
	// Disabled people keep their words and lose their access.
	Disabled bool `json:"disabled,omitempty"`
}

// PublicPerson is what a customer may know of somebody: staff by name and
// department, colleagues by name.
type PublicPerson struct {
	ID          PersonID `json:"id"`
	Name        string   `json:"name"`
	Title       string   `json:"title,omitempty"`
	Role        Role     `json:"role"`
	Departments []DeptID `json:"departments,omitempty"`
}

// Organization is a customer company.
type Organization struct {
	ID    OrgID     `json:"id"`
	Name  string    `json:"name"`
	Holds []Holding `json:"holds,omitempty"`
	// Sharing is who of its people reads what the others ask.
	Sharing Sharing `json:"sharing,omitzero"`
	// Entitlements are what it may expect of the desk.
	Entitlements []Entitlement `json:"entitlements,omitempty"`
	// Zone is the clock on its wall, an IANA name; "" for that of the department.
	Zone string `json:"zone,omitempty"`
	// Archive is set when whoever looks after it may keep on their own computer
	// what the desk deletes (BEHAVIOURS N13).
	Archive bool `json:"archive,omitempty"`
}

// Holding is something an organization holds that a ticket can be about: a
// service, a domain or an invoice.
type Holding struct {
	Kind  string `json:"kind"` // "service", "domain" or "invoice"
	ID    string `json:"id"`   // unique within the organization
	Label string `json:"label,omitempty"`
}

// Entry modes of a department (BEHAVIOURS 0.11).
const (
	EntryTriage = "triage" // a new ticket goes to the desk's triage department first
	EntryDirect = "direct" // a new ticket starts here
)

// Department is a team with a queue.
type Department struct {
	ID   DeptID `json:"id"`
	Name string `json:"name"`
	// For says what it is for, in a customer's words.
	For string `json:"for,omitempty"`
	// Icon names one of the window's icons.
	Icon string `json:"icon,omitempty"`
	// Hours and Reply are the promise in words; Open and Promises are what
	// deadlines are counted by.
	Hours    string    `json:"hours,omitempty"`
	Reply    string    `json:"reply,omitempty"`
	Phone    string    `json:"phone,omitempty"`
	Open     Calendar  `json:"open,omitzero"`
	Promises []Promise `json:"promises,omitempty"`
	Policy   Policy    `json:"policy,omitzero"`
	Rota     Rota      `json:"rota,omitzero"`
	// Entry is EntryTriage unless said otherwise.
	Entry string `json:"entry,omitempty"`
	// Triage marks the one department that receives what is not direct.
	Triage bool `json:"triage,omitempty"`
	// ReopenDays is how long after closing a reply reopens; 0 means 7.
	ReopenDays int `json:"reopen_days,omitempty"`
	// Hidden departments are not offered to customers.
	Hidden bool `json:"hidden,omitempty"`
}

// Desk is what everybody of one audience knows about the place: its name, the
// departments, the people.
type Desk struct {
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
	// Phones are the lines to call, beside Phone, which is named everywhere.
	Phones      []PhoneLine  `json:"phones,omitempty"`
	Departments []Department `json:"departments,omitempty"`
	Topics      []Topic      `json:"topics,omitempty"`
	Forms       []Form       `json:"forms,omitempty"`
	Misuse      Misuse       `json:"misuse,omitzero"`
	// Held are the organizations on legal hold; the team's.
	Held []HeldOrg `json:"held,omitempty"`
}

// HeldFor is why everything of an organization is kept; "" where it is not.
func (d Desk) HeldFor(o OrgID) string {
	for _, h := range d.Held {
		if h.Org == o {
			return h.Reason
		}
	}
	return ""
}

// Actor is who acts, with everything authorisation asks about them. It is
// read anew for every command and every frame; it is never stored.
type Actor struct {
	Person      PersonID     `json:"person"`
	Name        string       `json:"name"`
	Role        Role         `json:"role"`
	Departments []DeptID     `json:"departments,omitempty"`
	Memberships []Membership `json:"memberships,omitempty"`
	Device      DeviceID     `json:"device,omitempty"`
}

// OrgAccess is the actor's access to the tickets of org.
func (a Actor) OrgAccess(org OrgID) OrgAccess {
	for _, m := range a.Memberships {
		if m.Org == org && org != "" {
			return m.Access
		}
	}
	return OrgNone
}

// Manages reports whether the actor looks after an organization.
func (a Actor) Manages(org OrgID) bool {
	return slices.ContainsFunc(a.Memberships, func(m Membership) bool { return m.Org == org && m.Admin })
}

// In reports whether the actor works for the department.
func (a Actor) In(d DeptID) bool {
	for _, x := range a.Departments {
		if x == d {
			return true
		}
	}
	return false
}

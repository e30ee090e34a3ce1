package desk

// Rota says who is on duty in a department (BEHAVIOURS 1.11, 2.19, 2.20): on
// call for emergencies, and on the path of an escalation. The zero Rota calls
// nobody.
type Rota struct {
	Zone string `json:"zone,omitempty"` // an IANA name
	// OnCall is whom an emergency calls, one level after the other; who of
	// Escalation is on duty comes after them.
	OnCall []Level `json:"on_call,omitempty"`
	// Escalation is whom an escalation goes to, one level after the other.
	Escalation []Level `json:"escalation,omitempty"`
}

// Level is one step of a path.
type Level struct {
	// Name is what people read, such as "Duty manager".
	Name string `json:"name"`
	// Phone reaches whoever is on duty; customers are told it.
	Phone string `json:"phone,omitempty"`
	// Named lets customers read who is on duty.
	Named bool   `json:"named,omitempty"`
	Duty  []Duty `json:"duty,omitempty"`
}

// Duty is somebody's time on a level. Customers have it without the person,
// unless the level is named, and without the person's phone.
type Duty struct {
	Person PersonID `json:"person,omitempty"`
	Phone  string   `json:"phone,omitempty"`
	// Week are the weekly times in the rota's zone; none is day and night.
	Week []Span `json:"week,omitempty"`
	// Since and Until are the first and the last date, written 2006-01-02; ""
	// is without a beginning or an end.
	Since string `json:"since,omitempty"`
	Until string `json:"until,omitempty"`
}

// Any reports whether the rota has anybody to call.
func (r Rota) Any() bool { return len(r.OnCall)+len(r.Escalation) > 0 }

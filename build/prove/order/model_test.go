package order

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"

	"docket/app/desk"
	"docket/sync/wire"
)

// people are all admins, so that rights stand in nobody's way.
var people = []desk.PersonID{"ada", "ben", "cem", "dora"}

// ticket is the model of one. by is the newest entry of each person that others
// must have seen before they answer or move the status; the last is the
// customer's.
type ticket struct {
	status           desk.Status
	priority         desk.Priority
	assignee         desk.PersonID
	department       desk.DeptID
	lastSeq, version uint64
	by               [5]uint64
	reopened         int  // how often; the leads are told of the second time
	unknown          bool // the state before the first operation
}

// ask is a command, or reads the head if it has no arguments.
type ask struct {
	ticket desk.TicketID
	who    int
	basis  uint64
	args   desk.Args
}

// answer is what came of it; none is set when nobody heard.
type answer struct {
	none    bool
	outcome desk.Outcome
	seq     uint64
	current string
	head    ticket
}

// heard is what the head tells of the model.
func (t ticket) heard() ticket {
	return ticket{status: t.status, priority: t.priority, assignee: t.assignee, department: t.department, lastSeq: t.lastSeq, version: t.version}
}

// newer reports whether somebody else spoke or moved the status after basis.
func (t ticket) newer(who int, basis uint64) bool {
	for p, seq := range t.by {
		if p != who && seq > basis {
			return true
		}
	}
	return false
}

// entry counts one; seen tells that others must have read it.
func (t *ticket) entry(who int, seen bool) {
	t.lastSeq++
	if seen {
		t.by[who] = t.lastSeq
	}
}

func (t *ticket) move(who int, to desk.Status) {
	if t.status != to {
		t.status = to
		t.entry(who, true)
	}
}

// decide is the rules, as the documents tell them and not as flow has them.
func (t ticket) decide(a ask) (ticket, answer) {
	before := t.lastSeq
	no := func(current string) (ticket, answer) { return t, answer{outcome: desk.Conflict, current: current} }
	held := func() (ticket, answer) { return t, answer{outcome: desk.Held} }
	same := func() (ticket, answer) { return t, answer{outcome: desk.OK} }
	done := t.status == desk.Solved
	switch c := a.args.(type) {
	case desk.SetStatus:
		switch {
		case t.status == c.To:
			return same()
		case t.newer(a.who, a.basis):
			return held()
		case t.status != c.From:
			return no(string(t.status))
		}
		t.move(a.who, c.To)
		if done && c.To != desk.Solved {
			if t.reopened++; t.reopened == 2 {
				t.entry(a.who, false)
			}
		}
	case desk.SetPriority:
		switch {
		case t.priority == c.To:
			return same()
		case t.priority != c.From:
			return no(string(t.priority))
		}
		t.priority = c.To
		t.entry(a.who, false)
	case desk.Assign:
		switch {
		case t.assignee == c.To:
			return same()
		case t.assignee != c.From:
			return no(string(t.assignee))
		}
		t.assignee = c.To
		t.entry(a.who, false)
		if c.To == "" && t.status == desk.InProgress {
			t.move(a.who, desk.Triage)
		} else if c.To != "" && (t.status == desk.New || t.status == desk.Triage) {
			t.move(a.who, desk.InProgress)
		}
	case desk.Refer:
		switch {
		case t.department == c.To:
			return same()
		case t.department != c.From:
			return no(string(t.department))
		case done:
			return t, answer{outcome: desk.Refused}
		}
		t.department, t.assignee = c.To, ""
		t.entry(a.who, true)
		t.move(a.who, desk.Triage)
	case desk.Reply:
		if t.newer(a.who, a.basis) {
			return held()
		}
		t.entry(a.who, true)
		if t.assignee == "" && !done {
			t.assignee = people[a.who]
			t.entry(a.who, false)
		}
		if t.status == desk.New || t.status == desk.Triage || t.status == desk.InProgress {
			t.move(a.who, desk.WaitingCustomer)
		}
	}
	t.version++
	return t, answer{outcome: desk.OK, seq: before + 1}
}

func describe(a ask) string {
	if a.args == nil {
		return "read"
	}
	return fmt.Sprintf("%s %T%+v basis %d", people[a.who], a.args, a.args, a.basis)
}

// ticketModel is the model for porcupine, begun at the given heads.
func ticketModel(begin map[desk.TicketID]ticket) porcupine.Model {
	return porcupine.Model{
		Partition: partition(func(in any) string { return string(in.(ask).ticket) }),
		Init:      func() any { return ticket{unknown: true} },
		Step: func(state, input, output any) (bool, any) {
			t, a, got := state.(ticket), input.(ask), output.(answer)
			if t.unknown {
				t = begin[a.ticket]
			}
			if a.args == nil {
				return got.none || got.head == t.heard(), t
			}
			next, want := t.decide(a)
			return got.none || got == want, next
		},
		DescribeOperation: func(in, out any) string { return fmt.Sprintf("%s -> %+v", describe(in.(ask)), out) },
		DescribeState:     func(s any) string { return fmt.Sprintf("%+v", s) },
	}
}

// call is a push of one command, or a hello if dseq is 0, which asks for the
// receipts from a number on.
type call struct {
	device desk.DeviceID
	dseq   uint64
	hash   string
	from   uint64
}

// reply is what the server said: the receipt of a push, or the number it wants,
// or for a hello how far it is and the receipts it has.
type reply struct {
	none     bool
	receipt  string
	gap      uint64
	last     uint64
	receipts map[uint64]string
}

// table is the model of a device: the receipts of its commands, in order. One
// that nobody was told yet is empty.
type table []string

// deviceModel is the model for porcupine.
func deviceModel() porcupine.Model {
	return porcupine.Model{
		Partition: partition(func(in any) string { return string(in.(call).device) }),
		Init:      func() any { return table(nil) },
		Equal:     func(a, b any) bool { return slices.Equal(a.(table), b.(table)) },
		Step: func(state, input, output any) (bool, any) {
			t, c, r := state.(table), input.(call), output.(reply)
			if c.dseq == 0 {
				return t.hello(c, r)
			}
			return t.push(c, r)
		},
		DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v -> %+v", in, out) },
		DescribeState:     func(s any) string { return fmt.Sprintf("%d done", len(s.(table))) },
	}
}

func (t table) push(c call, r reply) (bool, any) {
	switch last := uint64(len(t)); {
	case c.dseq > last+1:
		return r.none || r.gap == last+1, t
	case r.gap != 0:
		return false, t
	case c.dseq == last+1:
		return true, append(slices.Clip(t), r.receipt)
	case r.none:
		return true, t
	default:
		return t.tell(c.dseq, r.receipt)
	}
}

// tell compares a receipt with the one there is, or learns it.
func (t table) tell(dseq uint64, receipt string) (bool, table) {
	switch t[dseq-1] {
	case receipt:
		return true, t
	case "":
		t = slices.Clone(t)
		t[dseq-1] = receipt
		return true, t
	}
	return false, t
}

func (t table) hello(c call, r reply) (bool, any) {
	if r.last != uint64(len(t)) {
		return false, t
	}
	for dseq := max(c.from, 1); dseq <= r.last; dseq++ {
		receipt, ok := r.receipts[dseq]
		if !ok {
			return false, t
		}
		if ok, t = t.tell(dseq, receipt); !ok {
			return false, t
		}
	}
	return true, t
}

// partition sorts operations by a key.
func partition(key func(in any) string) func([]porcupine.Operation) [][]porcupine.Operation {
	return func(ops []porcupine.Operation) [][]porcupine.Operation {
		var order []string
		by := map[string][]porcupine.Operation{}
		for _, o := range ops {
			k := key(o.Input)
			if by[k] == nil {
				order = append(order, k)
			}
			by[k] = append(by[k], o)
		}
		out := make([][]porcupine.Operation, len(order))
		for i, k := range order {
			out[i] = by[k]
		}
		return out
	}
}

// sum is a receipt in one form. Without its number it is the same for each
// device that sent the command.
func sum(r desk.Receipt, numbered bool) string {
	if !numbered {
		r.DSeq = 0
	}
	b, err := wire.Marshal(r)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%s seq %d at %s #%.8s", r.Outcome, r.Seq, r.At.Format("05.000"), wire.Hash(b))
}

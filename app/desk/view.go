package desk

// RefView is a SavedView: in its person's own lane, or, shared, in that of its
// department.
const RefView RefKind = "view"

// SavedViewID names a saved view: the id of the command that made it.
type SavedViewID = CommandID

// SavedView is a list by a query, kept by a person for themselves or by a lead
// for a department. What is in it is worked out by each reader from what they
// have, so that it shows nobody anything.
type SavedView struct {
	ID    SavedViewID `json:"id"`
	Name  string      `json:"name"`
	Query string      `json:"query"` // in its normal form
	// Department is whom it is shared with; "" for nobody.
	Department DeptID   `json:"department,omitempty"`
	By         PersonID `json:"by"`
	// Rank is its place among the others, the least first.
	Rank int64 `json:"rank,omitempty"`
	// Sort, Density and Columns are how it is shown to who chose nothing else.
	Sort    string   `json:"sort,omitempty"`
	Density string   `json:"density,omitempty"`
	Columns []string `json:"columns,omitempty"`
}

// Bounds of saved views: of the name in characters, and how many a person or a
// department has.
const (
	MaxViewName = 60
	MaxViews    = 50
)

// CmdSaveView keeps a saved view; see SaveView.
const CmdSaveView CommandKind = "save_view"

// SaveView keeps a view as it is here, or with Drop ends it. It is about no
// ticket, so the view's id stands in its place. View.By is its author.
type SaveView struct {
	View SavedView `json:"view"`
	Drop bool      `json:"drop,omitempty"`
}

// Kind implements Args.
func (SaveView) Kind() CommandKind { return CmdSaveView }

// Ticketless reports whether a command of kind k is about no ticket.
func (k CommandKind) Ticketless() bool {
	return k == CmdNoteCall || k == CmdSaveView || k.Helps()
}

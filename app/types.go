package app

import "docket/app/prose"

// The mirror of frontend/src/lib/backend/types.ts: what the page and Go say to
// each other. Both change together. Times are RFC 3339, "" when there is none;
// lists are never null.

// Fault is what every rejected promise carries.
type Fault struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Field   string `json:"field"`
}

// MyOrg is an organization the person belongs to.
type MyOrg struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Access string `json:"access"`
	Admin  bool   `json:"admin"`
	// Archive says that the person may keep an archive of it here.
	Archive bool `json:"archive"`
}

// Me is who is signed in.
type Me struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Role        string   `json:"role"`
	Departments []string `json:"departments"`
	Orgs        []MyOrg  `json:"orgs"`
}

// Boot is everything the page needs for its first picture.
type Boot struct {
	// State is signed_out, locked, ready or problem.
	State   string `json:"state"`
	Profile string `json:"profile"`
	Version string `json:"version"`
	Server  string `json:"server"`
	Person  string `json:"person"`
	Desk    string `json:"desk"`
	Phone   string `json:"phone"`
	Me      *Me    `json:"me"`
	// Keyring says where the key lies: keyring or password.
	Keyring string `json:"keyring"`
	Problem *Fault `json:"problem"`
	// Notice is something that went wrong earlier and was dealt with.
	Notice   string   `json:"notice"`
	Settings Settings `json:"settings"`
}

// Settings are the person's choices on this computer.
type Settings struct {
	Theme         string  `json:"theme"`
	Zoom          float64 `json:"zoom"`
	NotifyContent bool    `json:"notifyContent"`
	// Stay keeps the program running when its window is closed.
	Stay bool `json:"stay"`
	// Notify is what is told outside the window.
	Notify NotifySettings `json:"notify"`
	// Language is what the window speaks: system, or one of the languages there are.
	Language string `json:"language"`
	// Looks are how the person wants lists shown; one not named looks as usual.
	Looks []Look `json:"looks"`
	// Keys are those the person gave to actions of the window, or took from them.
	Keys []KeyChange `json:"keys"`
	// QuietKeys makes keys that also write do nothing, for whoever speaks or
	// rests a hand on the keyboard.
	QuietKeys bool `json:"quietKeys"`
	// Recent are the actions last looked for, newest first.
	Recent []string `json:"recent"`
	// Tabs are the tickets kept open, Beside the one that stands beside another.
	Tabs   []string `json:"tabs"`
	Beside string   `json:"beside"`
}

// Look is how the person wants a list shown.
type Look struct {
	View string `json:"view"`
	// Sort is a policy.Order, Density roomy or compact.
	Sort    string   `json:"sort"`
	Density string   `json:"density"`
	Columns []string `json:"columns"`
}

// Connection tells how the line to the server stands.
type Connection struct {
	State string `json:"state"`
	AsOf  string `json:"asOf"`
	Since string `json:"since"`
	// Retry is when the next attempt is made, "" while there is none to wait for.
	Retry    string `json:"retry"`
	Done     int    `json:"done"`
	Total    int    `json:"total"`
	Fault    *Fault `json:"fault"`
	Waiting  int    `json:"waiting"`
	NeedsYou int    `json:"needsYou"`
	Tickets  int    `json:"tickets"`
	Oldest   string `json:"oldest"`
	Unread   int    `json:"unread"`
}

// ViewInfo is one line of the rail.
type ViewInfo struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Icon   string `json:"icon"`
	Group  string `json:"group"`
	Total  int    `json:"total"`
	Needs  int    `json:"needs"`
	Unread int    `json:"unread"`
	Empty  string `json:"empty"`
	// Saved is set for a view that somebody saved.
	Saved *SavedInfo `json:"saved"`
}

// Section is a run of rows under one head.
type Section struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Start int    `json:"start"`
	Count int    `json:"count"`
}

// Owner is the assignee as a row shows them.
type Owner struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Initials string `json:"initials"`
	Mine     bool   `json:"mine"`
}

// Row is one ticket in a list.
type Row struct {
	ID           string  `json:"id"`
	Number       string  `json:"number"`
	Subject      string  `json:"subject"`
	Status       string  `json:"status"`
	Turn         string  `json:"turn"`
	Priority     string  `json:"priority"`
	Who          string  `json:"who"`
	Org          string  `json:"org"`
	Story        string  `json:"story"`
	Owner        *Owner  `json:"owner"`
	Department   string  `json:"department"`
	Updated      string  `json:"updated"`
	WaitingSince string  `json:"waitingSince"`
	Due          string  `json:"due"`
	DueKind      string  `json:"dueKind"`
	DueUsed      float64 `json:"dueUsed"`
	Unread       bool    `json:"unread"`
	Draft        bool    `json:"draft"`
	Queued       bool    `json:"queued"`
	Attention    bool    `json:"attention"`
	Files        bool    `json:"files"`
	Private      bool    `json:"private"`
	// Tags are the team's, and nothing for customers.
	Tags []string `json:"tags"`
	// Called is emergency or escalated while somebody is called to it.
	Called string `json:"called"`
}

// RowPage is a stretch of a view.
type RowPage struct {
	View string `json:"view"`
	// Sort is the order the rows are in, a policy.Order; an order just chosen
	// comes as soon as it is there.
	Sort     string    `json:"sort"`
	Version  int       `json:"version"`
	Total    int       `json:"total"`
	Needs    int       `json:"needs"`
	Sections []Section `json:"sections"`
	From     int       `json:"from"`
	Rows     []Row     `json:"rows"`
}

// FileInfo is an attachment and where its bytes are.
type FileInfo struct {
	Hash     string  `json:"hash"`
	Name     string  `json:"name"`
	Size     int64   `json:"size"`
	Type     string  `json:"type"`
	State    string  `json:"state"`
	Progress float64 `json:"progress"`
	Preview  string  `json:"preview"`
}

// Receipt is how far an own entry has come.
type Receipt struct {
	State       string `json:"state"`
	QueuedAt    string `json:"queuedAt"`
	SentAt      string `json:"sentAt"`
	ConfirmedAt string `json:"confirmedAt"`
	SeenBy      string `json:"seenBy"`
	SeenAt      string `json:"seenAt"`
	Hash        string `json:"hash"`
	Waits       string `json:"waits"`
	// Until is when it goes out; until then it can be taken back.
	Until string `json:"until"`
	Fault *Fault `json:"fault"`
}

// Author is who wrote an entry.
type Author struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Initials string `json:"initials"`
	Me       bool   `json:"me"`
	Staff    bool   `json:"staff"`
	Role     string `json:"role"`
}

// EntryView is one thing that happened, as the page shows it.
type EntryView struct {
	ID       string        `json:"id"`
	Seq      int           `json:"seq"`
	Kind     string        `json:"kind"`
	Internal bool          `json:"internal"`
	Author   Author        `json:"author"`
	At       string        `json:"at"`
	Claimed  string        `json:"claimed"`
	Blocks   []prose.Block `json:"blocks"`
	Text     string        `json:"text"`
	Files    []FileInfo    `json:"files"`
	Line     string        `json:"line"`
	Receipt  *Receipt      `json:"receipt"`
	Outbox   string        `json:"outbox"`
	To       string        `json:"to"`
	Fresh    bool          `json:"fresh"`
	// Thanks says that it is the reader's own and left solved what was: they may
	// still say that it is not.
	Thanks bool `json:"thanks"`
	// Asks are what it asks, as that stands now; Answers what it answers.
	Asks    []AskInfo `json:"asks"`
	Answers []AskInfo `json:"answers"`
	// Ref is what a reply names it by, 0 where none can.
	Ref   int    `json:"ref"`
	About *About `json:"about"`
}

// AskInfo is a question or a suggested step.
type AskInfo struct {
	ID       string `json:"id"`
	Text     string `json:"text"`
	Step     bool   `json:"step"`
	Required bool   `json:"required"`
	// State is a desk.AskState, "" while it is open.
	State  string `json:"state"`
	Answer string `json:"answer"`
	By     string `json:"by"`
	At     string `json:"at"`
}

// NewAsk is a question or a step that is being written.
type NewAsk struct {
	Text     string `json:"text"`
	Step     bool   `json:"step"`
	Required bool   `json:"required"`
}

// AnswerTo is an answer that is being written.
type AnswerTo struct {
	Ask   string `json:"ask"`
	State string `json:"state"`
	Text  string `json:"text"`
}

// Beside is what goes along with the text of a reply.
type Beside struct {
	Asks    []NewAsk   `json:"asks"`
	Answers []AnswerTo `json:"answers"`
	// Refers is the EntryView.Ref of the message it takes up, or corrects.
	Refers   int  `json:"refers"`
	Corrects bool `json:"corrects"`
	// Also is what a macro brought; the team's.
	Also AlsoInfo `json:"also"`
}

// About is the message another one takes up or corrects.
type About struct {
	Ref  int    `json:"ref"`
	Name string `json:"name"`
	Me   bool   `json:"me"`
	At   string `json:"at"`
	// Text is its beginning, in one line.
	Text     string `json:"text"`
	Corrects bool   `json:"corrects"`
}

// ClaimInfo is what a customer answered when they chose a high urgency.
type ClaimInfo struct {
	Down     string `json:"down"`
	Since    string `json:"since"`
	Impact   string `json:"impact"`
	Severity string `json:"severity"`
}

// Proposal is a priority the team may confirm, and why it is proposed.
type Proposal struct {
	Priority string `json:"priority"`
	Why      string `json:"why"`
}

// Option is one choice of a picker.
type Option struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Hint string `json:"hint"`
}

// Requester is who asked.
type Requester struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Initials string `json:"initials"`
	Title    string `json:"title"`
	Org      string `json:"org"`
	Phone    string `json:"phone"`
	// Reach are their other numbers and their addresses; the team's to know.
	Reach []string `json:"reach"`
	// Also are the names of those who were merged into them; the team's.
	Also []string `json:"also"`
}

// CC is somebody who follows the public conversation.
type CC struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Outside bool   `json:"outside"`
	Me      bool   `json:"me"`
	// Since is when they came in where they read what was written since then and
	// nothing before; "" for whoever reads all of it.
	Since string `json:"since"`
}

// StepView is a milestone of the timeline.
type StepView struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	At    string `json:"at"`
	By    string `json:"by"`
	// Note is what is known of a step that is still to come: "usually within
	// 40 minutes".
	Note string `json:"note"`
	// Due is by when a step that is still to come is promised.
	Due   string `json:"due"`
	State string `json:"state"`
}

// Ref is something a ticket is about.
type Ref struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Label    string `json:"label"`
	Verified bool   `json:"verified"`
}

// Present is somebody else on the ticket right now.
type Present struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Initials string `json:"initials"`
	Writing  bool   `json:"writing"`
}

// TicketView is a ticket as the page shows it.
type TicketView struct {
	Row       Row         `json:"row"`
	Entries   []EntryView `json:"entries"`
	FirstSeq  int         `json:"firstSeq"`
	LastSeq   int         `json:"lastSeq"`
	Requester Requester   `json:"requester"`
	CCs       []CC        `json:"ccs"`
	// Begins is the seq of the first entry the reader has, and CCsReadAll says
	// that whoever is put in copy reads all of it without being let.
	Begins         int         `json:"begins"`
	CCsReadAll     bool        `json:"ccsReadAll"`
	Helpers        []Helper    `json:"helpers"`
	GoesTo         []Recipient `json:"goesTo"`
	Steps          []StepView  `json:"steps"`
	Refs           []Ref       `json:"refs"`
	Can            Can         `json:"can"`
	ComposerHint   string      `json:"composerHint"`
	DepartmentName string      `json:"departmentName"`
	AssigneeName   string      `json:"assigneeName"`
	Resolution     string      `json:"resolution"`
	SolvedAtCare   bool        `json:"solvedAtCare"`
	Urgency        string      `json:"urgency"`
	Type           string      `json:"type"`
	Claim          ClaimInfo   `json:"claim"`
	Filed          FiledInfo   `json:"filed"`
	Wanted         WantedInfo  `json:"wanted"`
	Proposal       *Proposal   `json:"proposal"`
	HoldUntil      string      `json:"holdUntil"`
	Private        bool        `json:"private"`
	Readers        []string    `json:"readers"`
	Present        []Present   `json:"present"`
	Reply          *Draft      `json:"reply"`
	Note           *Draft      `json:"note"`
	Asks           []AskInfo   `json:"asks"`
	// Writing is what a message of the reader's does now: "" for nothing more,
	// "reopens", "asks" where it may be the same trouble or come again, and
	// "recurs" where it can only be a new request.
	Writing  string   `json:"writing"`
	Together Together `json:"together"`
	// Live is the chat that is going on, null for none.
	Live *LiveView `json:"live"`
	// Cause is why it ended, in words.
	Cause  string     `json:"cause"`
	Links  []LinkInfo `json:"links"`
	Rating RatingInfo `json:"rating"`
	// Language is that of what the customer writes, as a code; the team's.
	Language string `json:"language"`
	// Reopened counts how often it was opened again; the team's.
	Reopened int        `json:"reopened"`
	Cover    *CoverInfo `json:"cover"`
	// Promises are what the customer was promised; Snooze is set while the team
	// has put it aside.
	Promises  []PromiseInfo `json:"promises"`
	Following []FollowInfo  `json:"following"`
	Snooze    *SnoozeInfo   `json:"snooze"`
	// Tried are articles that did not help whoever asked; the team's.
	Tried      []ArticleRow    `json:"tried"`
	Keep       *KeepInfo       `json:"keep"`
	Grant      *GrantInfo      `json:"grant"`
	Page       *CallInfo       `json:"page"`
	Escalation *EscalationInfo `json:"escalation"`
	Path       []PathStep      `json:"path"`
	Workaround *WorkaroundInfo `json:"workaround"`
	Outlook    OutlookInfo     `json:"outlook"`
	Fix        *FixInfo        `json:"fix"`
	Misuse     *MisuseInfo     `json:"misuse"`
	Work       *WorkInfo       `json:"work"`
	Along      *AlongInfo      `json:"along"`
	Away       string          `json:"away"` // the team's
}

// Draft is a text that was not sent.
type Draft struct {
	Key        string     `json:"key"`
	Ticket     string     `json:"ticket"`
	Kind       string     `json:"kind"`
	Text       string     `json:"text"`
	Subject    string     `json:"subject"`
	Department string     `json:"department"`
	Urgency    string     `json:"urgency"`
	Type       string     `json:"type"`
	Claim      ClaimInfo  `json:"claim"`
	Org        string     `json:"org"`
	Private    bool       `json:"private"`
	CCs        []string   `json:"ccs"`
	Refs       []Ref      `json:"refs"`
	Files      []FileInfo `json:"files"`
	Basis      int        `json:"basis"`
	Updated    string     `json:"updated"`
	Beside     Beside     `json:"beside"`
	Recurs     string     `json:"recurs"`
	Tried      []string   `json:"tried"`
	// Entitlement and Release are what a new ticket is opened under.
	Entitlement string `json:"entitlement"`
	Release     string `json:"release"`
	Filed       Filed  `json:"filed"`
	Wanted      Wanted `json:"wanted"`
}

// OutboxItem is a command on its way, or back.
type OutboxItem struct {
	ID        string     `json:"id"`
	Ticket    string     `json:"ticket"`
	Title     string     `json:"title"`
	Text      string     `json:"text"`
	Kind      string     `json:"kind"`
	State     string     `json:"state"`
	At        string     `json:"at"`
	SettledAt string     `json:"settledAt"`
	Fault     *Fault     `json:"fault"`
	Waits     string     `json:"waits"`
	Actions   []string   `json:"actions"`
	Files     []FileInfo `json:"files"`
}

// HeldView sets an own text beside what came before it.
type HeldView struct {
	ID      string      `json:"id"`
	Ticket  string      `json:"ticket"`
	Subject string      `json:"subject"`
	Number  string      `json:"number"`
	Theirs  []EntryView `json:"theirs"`
	Mine    EntryView   `json:"mine"`
	CanNote bool        `json:"canNote"`
	// CanEdit says whether it can become a draft again; a call cannot.
	CanEdit bool `json:"canEdit"`
}

// CatchUpLine is one ticket of the catch-up.
type CatchUpLine struct {
	Ticket string `json:"ticket"`
	Title  string `json:"title"`
	Sub    string `json:"sub"`
	Turn   string `json:"turn"`
	At     string `json:"at"`
}

// CatchUp is what changed since the person last looked.
type CatchUp struct {
	Since    string        `json:"since"`
	NeedsYou []CatchUpLine `json:"needsYou"`
	Done     []CatchUpLine `json:"done"`
	Others   int           `json:"others"`
}

// NewTicket is the new-request form, filled in.
type NewTicket struct {
	Draft      string    `json:"draft"`
	Subject    string    `json:"subject"`
	Text       string    `json:"text"`
	Department string    `json:"department"`
	Urgency    string    `json:"urgency"`
	Type       string    `json:"type"`
	Claim      ClaimInfo `json:"claim"`
	Org        string    `json:"org"`
	Private    bool      `json:"private"`
	CCs        []string  `json:"ccs"`
	Refs       []Ref     `json:"refs"`
	Files      []string  `json:"files"`
	Requester  string    `json:"requester"`
	// Recurs is the earlier ticket it follows on, "" for none.
	Recurs string `json:"recurs"`
	// Tried are articles that did not help.
	Tried       []string `json:"tried"`
	Entitlement string   `json:"entitlement"`
	Release     string   `json:"release"`
	Filed       Filed    `json:"filed"`
	Wanted      Wanted   `json:"wanted"`
}

// CallLog is a phone call as the page tells of it.
type CallLog struct {
	// With is a person, or Name where the desk does not know them.
	With      string `json:"with"`
	Name      string `json:"name"`
	Number    string `json:"number"`
	Direction string `json:"direction"`
	Started   string `json:"started"`
	Minutes   int    `json:"minutes"`
	Outcome   string `json:"outcome"`
	Text      string `json:"text"`
	NoMessage string `json:"noMessage"`
	Note      string `json:"note"`
}

// Opened names a ticket that was just written.
type Opened struct {
	Ticket    string `json:"ticket"`
	Reference string `json:"reference"`
}

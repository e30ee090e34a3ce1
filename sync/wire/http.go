package wire

import (
	"time"

	"docket/app/desk"
)

// HTTP paths and the JSON they carry. Errors are a desk.Error as JSON with a
// fitting status code.
//
//	POST /v1/signin        SignIn      → SignedIn
//	POST /v1/invitation    Invitation  → SignedIn
//	POST /v1/signout       (Bearer)    → 204
//	GET  /v1/sync          (Bearer)    → websocket, subprotocol "docket"
//	GET  /v1/hello                     → ServerInfo
//	POST /v1/uploads       UploadStart → UploadState (Bearer)
//	PATCH /v1/uploads/{hash}?offset=N  bytes → UploadState (Bearer)
//	POST /v1/take          Take        → Taken (Bearer)
//	GET  /v1/chats                     → Chats (Bearer)
//	GET  /v1/orgs/{org}/members        → Members (Bearer)
//	PUT  /v1/orgs/{org}/members  SetMember → 204 (Bearer)
//	GET  /v1/place?ticket=ID           → desk.QueuePlace (Bearer)
//	POST /v1/busy          desk.Busy   → 204 (Bearer)
//	PUT  /v1/people/{person}/away  SetAway → 204 (Bearer)
//	POST /v1/calls                 desk.NotedCall → 204 (Bearer)
//	PUT  /v1/calls/{call}          PutCall → 204 (Bearer)
//	GET  /v1/files/{hash}?ticket=ID    bytes, ranges allowed (Bearer)
const (
	PathSignIn     = "/v1/signin"
	PathInvitation = "/v1/invitation"
	PathSignOut    = "/v1/signout"
	PathSync       = "/v1/sync"
	PathHello      = "/v1/hello"
	PathEmergency  = "/emergency" // for people, so without a version
	PathTake       = "/v1/take"
	PathChats      = "/v1/chats"
	PathOrgs       = "/v1/orgs"
	PathPlace      = "/v1/place"
	PathSearch     = "/v1/search"
	PathBusy       = "/v1/busy"
	PathPeople     = "/v1/people"
	PathCalls      = "/v1/calls"
	PathUploads    = "/v1/uploads"
	PathFiles      = "/v1/files"
)

// SignIn asks for a device token. Person is an id or an e-mail address.
type SignIn struct {
	Person   string        `json:"person"`
	Password string        `json:"password"`
	Device   desk.DeviceID `json:"device"`
	Name     string        `json:"name"` // of the computer
}

// Search asks the server to look on through what its person may read, a
// [desk.FoundPage] at a time: From is the Next of the last. Ahead is how many
// seconds the asker's clock is ahead of UTC, for what today is.
type Search struct {
	Query string `json:"query"`
	From  string `json:"from,omitempty"`
	Ahead int    `json:"ahead,omitempty"`
}

// Invitation turns a one-time code into a password and a device token.
type Invitation struct {
	Code     string        `json:"code"`
	Password string        `json:"password"`
	Device   desk.DeviceID `json:"device"`
	Name     string        `json:"name"`
}

// SignedIn is the answer to both. Token is opaque, 256 bits, shown once.
type SignedIn struct {
	Token  string        `json:"token"`
	Device desk.DeviceID `json:"device"`
	Actor  desk.Actor    `json:"actor"`
	Desk   string        `json:"desk"` // the desk's name
	// Was is whom this computer was signed in as, where both are one person.
	Was desk.PersonID `json:"was,omitempty"`
}

// ServerInfo lets a client tell docketd from anything else.
type ServerInfo struct {
	Server   string    `json:"server"` // always "docketd"
	Version  string    `json:"version"`
	ProtoMin int       `json:"proto_min"`
	ProtoMax int       `json:"proto_max"`
	Desk     string    `json:"desk"`
	Now      time.Time `json:"now"`
}

// Take asks for the head of the person's queues. It is answered now or not at
// all, so it is no command: the shared head is never claimed later (BEHAVIOURS
// N5). Skip passes a ticket over first, or puts one back, for a reason.
type Take struct {
	// ID is a command's, in the entries that come of it.
	ID     desk.CommandID `json:"id"`
	Skip   desk.TicketID  `json:"skip,omitempty"`
	Reason string         `json:"reason,omitempty"`
}

// Chats are the departments in which somebody takes chats now.
type Chats struct {
	Departments []desk.DeptID `json:"departments"`
}

// Members are the people of an organization, for the one who manages it.
type Members struct {
	Members []desk.Member `json:"members"`
}

// SetMember gives somebody access to what their colleagues ask; "" takes back
// what was given.
type SetMember struct {
	Person desk.PersonID  `json:"person"`
	Access desk.OrgAccess `json:"access"`
}

// PutCall puts a call that waits for its ticket on one; without a ticket it is
// dropped.
type PutCall struct {
	Ticket desk.TicketID `json:"ticket,omitempty"`
}

// SetAway says when somebody is away and who stands in; without times, that
// they are here.
type SetAway struct {
	From       time.Time     `json:"from,omitzero"`
	Until      time.Time     `json:"until,omitzero"`
	Substitute desk.PersonID `json:"substitute,omitempty"`
}

// Taken is the ticket that is theirs now.
type Taken struct {
	Ticket desk.TicketID `json:"ticket"`
	Number desk.Number   `json:"number"`
}

// UploadStart announces a file by its content. Hash does not give access to
// bytes somebody else sent: they must be sent again (RELIABILITY T29).
type UploadStart struct {
	Hash desk.BlobHash `json:"hash"`
	Size int64         `json:"size"`
	Name string        `json:"name"`
	// Ticket is what it is for, of a file above desk.MaxAttachment.
	Ticket desk.TicketID `json:"ticket,omitempty"`
}

// UploadState says how many bytes the server has safely.
type UploadState struct {
	Offset int64 `json:"offset"`
	Done   bool  `json:"done"`
}

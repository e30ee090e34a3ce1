package app

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"net"
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/language"
	"docket/app/menubar"
	"docket/app/notify"
	"docket/app/vault"
	"docket/storage/outbox"
)

// Shell is the window as the API needs it; app/shell has the real one. No call
// may block for long but the dialogs.
type Shell interface {
	Emit(event string, payload any)
	Show()
	SetTitle(title string)
	// OpenFiles and SaveFile ask; an empty answer means the person thought better.
	OpenFiles(title string) ([]string, error)
	SaveFile(title, name string) (string, error)
	OpenURL(url string) error
	// Quit ends the program as closing the window does.
	Quit()
	// ClipboardImage gives the picture on the clipboard as PNG, nil for none.
	ClipboardImage() ([]byte, error)
	// Screenshot takes a picture of the screen without the window and gives it as
	// PNG, nil if the person thought better.
	Screenshot() ([]byte, error)
	// DragFile lets the pointer, whose button is held down, draw a file out of the
	// window; nothing happens where it is not held down any more.
	DragFile(path string) error
	// Menu makes the menu bar, where the desktop has one above its windows.
	Menu(groups []menubar.Group, run func(id string))
}

// Deps are what the wiring gives the API.
type Deps struct {
	// Profile is the name of this copy's own world; "" is the default one.
	Profile string
	// Dir is where the profile keeps its files; it is made 0700.
	Dir string
	// Lend is where readable copies of files lie for a moment, "" for a part of Dir.
	Lend string
	// Version is the program's, for the server and the page.
	Version string
	// Server and Person are offered by the sign-in form before anything is known.
	Server, Person string
	Shell          Shell
	Notifier       notify.Notifier
	Vault          *vault.Vault
	// Login makes the program start with the session; nil where it cannot.
	Login LoginItem
	// Tray is the icon beside the clock; nil for none.
	Tray Tray
	// Clock is the wall clock; nil means time.Now.
	Clock func() time.Time
	Log   *slog.Logger
	// CA and NetDial replace the system's roots and network.
	CA      *x509.CertPool
	NetDial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Disk replaces the file system below the outbox and the drafts, RewriteAt
	// the size from which their logs are rewritten.
	Disk      outbox.FS
	RewriteAt int64
}

// API is the object bound to the page. Its exported methods with simple
// arguments are the whole surface a page can reach; a test holds the list.
type API struct {
	deps   Deps
	center *notify.Center
	token  string // of the previews' address, new in every run

	ctx    context.Context // ends with Close; Wails hands none to bound methods
	cancel context.CancelFunc
	tasks  sync.WaitGroup
	// begins guards closing: nothing begins that Close would not wait for.
	begins  sync.Mutex
	closing bool
	ready   chan struct{} // closed when start has ended

	mu       sync.RWMutex // guards what follows
	sess     *session
	problem  *desk.Error
	notice   string
	locked   bool
	settings Settings
	looksOf  string // whose the looks in the settings are
	spoken   string // what the page speaks
	view     eye
	signing  bool
	quitting bool // the person said so
	needing  int  // tickets that wait for them, as the badge has it
	traying  sync.Mutex
}

// eye is what the person looks at.
type eye struct {
	ticket  desk.TicketID
	focused bool
	// fresh is how far the ticket was read when it was opened.
	fresh uint64
	// kept holds a ticket marked unread until another is looked at.
	kept bool
}

// now is the wall clock.
func (a *API) now() time.Time { return a.deps.Clock() }

func (a *API) emit(event string, payload any) { a.deps.Shell.Emit(event, payload) }

// session gives the open session, or says why there is none.
func (a *API) session() (*session, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	switch {
	case a.sess != nil:
		if e := a.sess.expired(); e != nil {
			return nil, e
		}
		return a.sess, nil
	case a.locked:
		return nil, &desk.Error{Code: desk.CodeSignIn, Message: "Docket is locked on this computer.", Hint: "Unlock it with your password."}
	case a.problem != nil:
		return nil, a.problem
	}
	return nil, &desk.Error{Code: desk.CodeSignIn, Message: "Nobody is signed in.", Hint: "Sign in first."}
}

// FormatError is Wails' ErrorFormatter: every rejected promise carries a Fault.
// It is given as JSON text, because Wails' page side makes an Error of it, and
// an object would become "[object Object]" there.
func FormatError(err error) any {
	if err == nil {
		return nil
	}
	b, err := json.Marshal(faultOf(desk.AsError(err)))
	if err != nil {
		return string(desk.CodeInternal)
	}
	return string(b)
}

func faultOf(e *desk.Error) Fault {
	message, hint := language.Error(e)
	return Fault{Code: string(e.Code), Message: message, Hint: hint, Field: e.Field}
}

func fault(e *desk.Error) *Fault {
	if e == nil {
		return nil
	}
	f := faultOf(e)
	return &f
}

package shell

import (
	"io/fs"
	"net/http"
)

// Options is what the wiring gives the window.
type Options struct {
	// Assets is the built page, its index.html at the root.
	Assets fs.FS
	// Files answers what Assets does not have: previews of attachments.
	Files http.Handler
	// Bind is the object the page may call.
	Bind any
	// Errors turns an error into what a rejected promise carries.
	Errors func(error) any
	// Name is the window's title before anything is unread, Icon its picture.
	Name string
	Icon []byte
	// Started is called once the page can hear events; Dropped when files are
	// dropped on the window; Quit before the window closes for good, and may
	// keep it open.
	Started func()
	Dropped func(paths []string)
	Quit    func() (stay bool)
	// Side is the half of the screen to open in: "left", "right" or "".
	Side string
	// Hidden starts without showing the window.
	Hidden bool
	// Dark starts the window dark, before the page has said anything.
	Dark bool
}

package app

import "docket/app/desk"

// API is the object bound to the page. Its exported methods are the whole
// surface a page can reach; a test holds the list.
type API struct {
	deps Deps
}

// Deps are what the wiring gives the API.
type Deps struct {
	// Profile is the name of this copy's own world; "" is the default one.
	Profile string
	// Dir is where the profile keeps its files, 0700.
	Dir string
	// Version is the program's, for the server and the page.
	Version string
}

// New makes the API. Nothing is opened before Start.
func New(d Deps) *API { return &API{deps: d} }

var errNotReady = &desk.Error{Code: desk.CodeInternal, Message: "This part of the program is not ready yet.", Hint: "Try again in a moment."}

// FormatError is Wails' ErrorFormatter: every rejected promise carries a Fault.
func FormatError(err error) any {
	if err == nil {
		return nil
	}
	return faultOf(desk.AsError(err))
}

func faultOf(e *desk.Error) Fault {
	return Fault{Code: string(e.Code), Message: e.Message, Hint: e.Hint, Field: e.Field}
}

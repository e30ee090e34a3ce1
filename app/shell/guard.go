package shell

import (
	"net/http"

	"docket/app/desk"
)

// csp is the page's content-security policy (RELIABILITY T23). Nothing is
// loaded from anywhere else, nothing inline runs, nothing is framed.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"

var (
	errNotOpen = &desk.Error{Code: desk.CodeInternal, Message: "The window is not open yet.", Hint: "Try again in a moment."}
	errScheme  = &desk.Error{Code: desk.CodeInvalid, Message: "Only web and mail addresses are opened from here.", Hint: "Copy the address if you trust it."}
)

// Guard puts the policy on every answer and refuses everything but reading.
func Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "only GET", http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}

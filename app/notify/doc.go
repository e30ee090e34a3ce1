// Package notify decides which changes deserve a person's attention outside the
// window, puts them together, and shows them through the platform's service.
//
//	entries ──Judge──► notices ──Center──► toasts ──Notifier──► the desktop
//	                             (waits, groups, limits)   (cleans every text)
//
// Judge is pure: who hears of what. Center owns one goroutine: it puts what
// arrives within a moment into one toast per ticket, never shows more than a
// few in ten seconds, and turns what came while the program was away into one
// (BEHAVIOURS N6). A Notifier shows a toast: the desktop's own D-Bus service on
// Linux, which tells a click from a dismissal, and beeep behind it and elsewhere.
//
// Every text passes Clean, and on its way to beeep the narrower Strict: a ticket
// subject can become code in the PowerShell that library falls back to on
// Windows.
package notify

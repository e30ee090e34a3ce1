package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"docket/app/desk"
)

// HTTPStatus gives the status code an error travels with.
func HTTPStatus(code desk.Code) int {
	switch code {
	case desk.CodeNotFound:
		return http.StatusNotFound
	case desk.CodeInvalid:
		return http.StatusUnprocessableEntity
	case desk.CodeDenied:
		return http.StatusForbidden
	case desk.CodeHeld, desk.CodeConflict, desk.CodeForked:
		return http.StatusConflict
	case desk.CodeSignIn:
		return http.StatusUnauthorized
	case desk.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case desk.CodeTooMany:
		return http.StatusTooManyRequests
	case desk.CodeClientOld, desk.CodeServerOld, desk.CodeWriteRefused:
		return http.StatusUpgradeRequired
	case desk.CodeDiskFull:
		return http.StatusInsufficientStorage
	case desk.CodeOffline, desk.CodeBusy:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// HTTPError reads the error of a response that was not a success. body may be
// cut off. Anything that is not a desk.Error as JSON comes from something
// else than docketd: a proxy, a captive portal, another program.
func HTTPError(status int, body []byte) *desk.Error {
	var e desk.Error
	if err := json.Unmarshal(bytes.TrimSpace(body), &e); err == nil && e.Code != "" && e.Message != "" {
		e.Err = fmt.Errorf("status %d", status)
		return &e
	}
	cause := fmt.Errorf("status %d, body %.200q", status, body)
	switch {
	case status == http.StatusUnauthorized:
		return &desk.Error{
			Code: desk.CodeSignIn, Message: "The server does not know this sign-in any more.",
			Hint: "Sign in again. What you wrote is kept here.", Err: cause,
		}
	case status == http.StatusTooManyRequests:
		return &desk.Error{
			Code: desk.CodeTooMany, Message: "The server was asked too often.",
			Hint: "Docket tries again by itself.", Err: cause,
		}
	case status == http.StatusBadGateway, status == http.StatusServiceUnavailable, status == http.StatusGatewayTimeout:
		return &desk.Error{
			Code: desk.CodeOffline, Message: "The server is not running at the moment.",
			Hint: "Docket tries again by itself. You can go on working.", Err: cause,
		}
	}
	return NotDocket(cause)
}

// NotDocket is the error for an address where something answers that is no
// Docket server.
func NotDocket(cause error) *desk.Error {
	return &desk.Error{
		Code:    desk.CodeNotDocket,
		Message: "Something answers at this address, but it is not a Docket server.",
		Hint:    "Check the address. In a hotel or on a train, sign in to the network first.",
		Err:     cause,
	}
}

// RetryAfter reads a Retry-After header in seconds, bounded; 0 if there is none.
func RetryAfter(h http.Header) time.Duration {
	var s int
	if _, err := fmt.Sscanf(h.Get("Retry-After"), "%d", &s); err != nil || s <= 0 {
		return 0
	}
	return min(time.Duration(min(s, 3600))*time.Second, maxAfter)
}

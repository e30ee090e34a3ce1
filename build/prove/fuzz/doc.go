// Package fuzz gives every decoder of Docket hostile bytes for a while.
package fuzz

// Package crash kills servers and clients with -9 while people work: docketd
// and the clients are processes of their own, what each client was told stands
// in a log outside both, and at the end every word of it must be true.
package crash

// Package e2e proves the whole way of a fact: its tests build the example company of
// demo/aws on the local AWS API, scan it over the wire through the command line, and
// compare every verdict with what the company's file expects.
package e2e

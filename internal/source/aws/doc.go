// Package aws opens Amazon Web Services to the collectors: sessions for one account
// in one region, the walk over an organisation, budgets that leave quota for
// production, and the meaning of the service's errors.
//
// Each service has a package of its own below this one, with a file per type.
package aws

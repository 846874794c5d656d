// Package decide answers whether AWS would allow one request: the reference
// evaluator, which looks at every statement of every layer and says why.
//
// It follows "Policy evaluation logic" and the pages around it in the IAM User
// Guide: identity, group, boundary, session, resource, endpoint, service control and
// resource control policies, across accounts, with the rules of their own that role
// trust policies and KMS key policies have. Grants that live outside policies (KMS
// grants, access lists, Lake Formation) and blocks of a service's own (Block Public
// Access) are not weighed. A call that touches several resources, such as
// ec2:RunInstances, is one request for each of them.
//
// What only a request can settle stays as a residue: a small formula over condition
// keys. What could not be read or understood makes the answer Unknown, unless the
// rest settles it alone.
//
// Everything here is pure, bounded in time and safe for concurrent use.
package decide

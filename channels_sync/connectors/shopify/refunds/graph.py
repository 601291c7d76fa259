"""The GraphQL documents that ask for refunds and returns. Field names are those of API version
2026-04.

There is no list of either: both move the ``updatedAt`` of their order. So changed orders are asked
whether they have any, and only those that do for what they are, because nested pages cost their
whole size.
"""

_REFUND = """
  id createdAt note
  refundLineItems(first: 15) { nodes { quantity restockType lineItem { id } } }
  transactions(first: 5) { nodes { kind status amountSet { shopMoney { amount currencyCode } } } }
"""

_RETURN = """
  id status
  returnLineItems(first: 15) {
    nodes {
      quantity
      ... on ReturnLineItem {
        returnReason customerNote fulfillmentLineItem { lineItem { id } }
      }
    }
  }
"""

CHANGED = """
query ChangedRefunds($first: Int!, $after: String, $query: String!) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id refunds(first: 1) { id } returns(first: 1) { nodes { id } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

CHANGED_ONLY_REFUNDS = CHANGED.replace("returns(first: 1) { nodes { id } }", "")

OF_ORDER = f"""
query RefundsOf($id: ID!) {{
  order(id: $id) {{
    legacyResourceId updatedAt
    refunds(first: 10) {{ {_REFUND} return {{ id }} }}
    returns(first: 6) {{ nodes {{ {_RETURN} }} }}
  }}
}}
"""

OF_ORDER_ONLY_REFUNDS = f"""
query RefundsOf($id: ID!) {{
  order(id: $id) {{ legacyResourceId updatedAt refunds(first: 10) {{ {_REFUND} }} }}
}}
"""

ONE_REFUND = f"""
query OneRefund($id: ID!) {{
  refund(id: $id) {{ {_REFUND} order {{ legacyResourceId updatedAt }} }}
}}
"""

ONE_RETURN = f"""
query OneReturn($id: ID!) {{
  return(id: $id) {{
    {_RETURN}
    order {{ legacyResourceId updatedAt }}
    refunds(first: 5) {{ nodes {{ {_REFUND} return {{ id }} }} }}
  }}
}}
"""

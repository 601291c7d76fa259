"""The GraphQL documents that we send. Field names are those of API version 2026-04.

A query may cost 1,000 points and a nested page costs its whole size, wanted or not, so pages are
small, and what only few orders need is asked for by itself.
"""

_MONEY = "{ shopMoney { amount currencyCode } }"

_LINE = f"""
  id sku title quantity currentQuantity unfulfilledQuantity requiresShipping
  variant {{ id }} product {{ id }}
  originalUnitPriceSet {_MONEY} discountedTotalSet {_MONEY}
"""

_ORDER = f"""
  id legacyResourceId name createdAt processedAt updatedAt cancelledAt closedAt test note
  displayFinancialStatus displayFulfillmentStatus currencyCode presentmentCurrencyCode
  customer {{ id }}
  totalPriceSet {_MONEY} totalShippingPriceSet {_MONEY} totalDiscountsSet {_MONEY}
  shippingAddress {{
    name phone address1 address2 city province provinceCode zip countryCodeV2 company
  }}
"""

ORDERS = f"""
query Orders($first: Int!, $after: String, $query: String!, $lines: Int!) {{
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{
      {_ORDER}
      lineItems(first: $lines) {{ nodes {{ {_LINE} }} pageInfo {{ hasNextPage endCursor }} }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""

ORDER = f"""
query Order($id: ID!, $lines: Int!) {{
  order(id: $id) {{
    {_ORDER}
    lineItems(first: $lines) {{ nodes {{ {_LINE} }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}}
"""

MORE_LINES = f"""
query MoreLines($id: ID!, $after: String, $lines: Int!) {{
  order(id: $id) {{
    lineItems(first: $lines, after: $after) {{
      nodes {{ {_LINE} }} pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""

TAKEN_BACK = """
query TakenBack($id: ID!) {
  order(id: $id) {
    refunds(first: 20) {
      id refundLineItems(first: 20) { nodes { quantity restockType lineItem { id } } }
    }
  }
}
"""

SHIPPING = """
query Shipping($id: ID!) {
  order(id: $id) {
    id
    fulfillmentOrders(first: 5) {
      nodes {
        id status
        lineItems(first: 50) { nodes { id remainingQuantity lineItem { id } } }
      }
    }
    fulfillments(first: 20) { id status trackingInfo(first: 5) { company number } }
  }
}
"""

FULFILL = """
mutation Fulfill($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id status }
    userErrors { field message }
  }
}
"""

ADD_TRACKING = """
mutation AddTracking($id: ID!, $tracking: FulfillmentTrackingInput!) {
  fulfillmentTrackingInfoUpdate(
    fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: true
  ) {
    fulfillment { id status }
    userErrors { field message }
  }
}
"""

MONEY = f"""
query Money($id: ID!) {{
  order(id: $id) {{
    id currencyCode presentmentCurrencyCode
    transactions(first: 50) {{
      id kind status gateway amountSet {_MONEY} parentTransaction {{ id }}
    }}
    refunds(first: 30) {{
      id note
      transactions(first: 5) {{ nodes {{ id kind status amountSet {_MONEY} }} }}
    }}
  }}
}}
"""

REFUND = """
mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id note transactions(first: 5) { nodes { id kind status } } }
    userErrors { field message }
  }
}
"""

ITEMS = """
query Items($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ProductVariant { id inventoryItem { id } } }
}
"""

LEVELS = """
query Levels($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on ProductVariant {
      id
      inventoryItem {
        inventoryLevel(locationId: $location) {
          quantities(names: ["available"]) { name quantity }
        }
      }
    }
  }
}
"""

SET_STOCK = """
mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { field message code }
  }
}
"""

LEDGER = f"""
query Ledger($first: Int!, $after: String, $query: String!) {{
  orders(first: $first, after: $after, query: $query, sortKey: CREATED_AT) {{
    nodes {{
      id legacyResourceId updatedAt cancelledAt closedAt
      displayFinancialStatus displayFulfillmentStatus
      totalPriceSet {_MONEY} totalRefundedSet {_MONEY}
      fulfillments(first: 6) {{ status trackingInfo(first: 2) {{ number }} }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""

RETURN = """
query Return($id: ID!) {
  return(id: $id) { id status }
}
"""

APPROVE_RETURN = """
mutation Approve($input: ReturnApproveRequestInput!) {
  returnApproveRequest(input: $input) {
    return { id status }
    userErrors { field message code }
  }
}
"""

DECLINE_RETURN = """
mutation Decline($input: ReturnDeclineRequestInput!) {
  returnDeclineRequest(input: $input) {
    return { id status }
    userErrors { field message code }
  }
}
"""

"""From cross-products to the optimum of the likelihood and its small-sample inference."""
